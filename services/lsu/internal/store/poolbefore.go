package store

import (
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/services/lsu/internal/domain"
)

const (
	// A month has a row from its first submission on.
	sealedRegions = `select r from unnest($1::text[]) r where exists (select from movements m where m.administration = r and m.verdict = 'ACCEPTED')
	or exists (select from months m where m.administration = r)`
	knownRefs = "select worker_ref from workers where worker_ref = any($1)"
	knownKeys = "select tax_key from workers where tax_key = any($1)"
)

// poolBefore is what a row of a list is judged by: the rules, the registry, and the workers before it.
type poolBefore struct {
	domain.Known

	refs, codes map[string]bool   // of the workers before
	keys        map[string][]byte // of the tax codes of the list
}

// poolBefore reads what concerns the rows of a list, and refuses the list when a pool that it enters is sealed.
func (d *Desk) poolBefore(tx *database.Tx, rows []domain.Row[domain.Worker]) (*poolBefore, error) {
	b := &poolBefore{refs: map[string]bool{}, codes: map[string]bool{}, keys: make(map[string][]byte, len(rows))}
	if err := b.rules(d.rules()); err != nil {
		return nil, err
	}
	sealed := queueSealed(tx, rows)
	if err := b.queueWorkers(d, tx, rows); err != nil {
		return nil, err
	}
	entities, err := knownEntities(tx, rows, func(w domain.Worker) string { return w.EntityRef })
	if err != nil {
		return nil, err
	}
	b.Entity = func(ref string) (domain.Entity, bool) { e, ok := entities[ref]; return e, ok }
	return b, refuseSealed(rows, sealed)
}

func (b *poolBefore) rules(r domain.Rules) error {
	day, err := r.PoolDay()
	if err != nil {
		return err
	}
	regions, err := r.Regions(day)
	b.IsRegion = func(code string) bool { return slices.Contains(regions, code) }
	b.Ref = func(ref string) bool { return b.refs[ref] }
	b.TaxCode = func(code string) bool { return b.codes[code] }
	return err
}

// judge gives a row its verdict; an accepted one is before the next.
func (b *poolBefore) judge(row domain.Row[domain.Worker]) domain.Judged {
	if row.Value == nil {
		return row.Judge(nil)
	}
	w := *row.Value
	j := row.Judge(domain.JudgeWorker(w, b.Known))
	if j.Verdict == domain.Accepted {
		b.refs[w.Ref], b.codes[w.Person.TaxCode] = true, true
	}
	return j
}

// queueWorkers asks which workers of the list are in the pool already.
func (b *poolBefore) queueWorkers(d *Desk, tx *database.Tx, rows []domain.Row[domain.Worker]) error {
	refs, keys, codeOf := make([]string, 0, len(rows)), make([][]byte, 0, len(rows)), make(map[string]string, len(rows))
	for _, r := range rows {
		if r.Value == nil {
			continue
		}
		code := r.Value.Person.TaxCode
		key, err := d.people.Key(code)
		if err != nil {
			return err
		}
		b.keys[code], codeOf[string(key)] = key, code
		refs, keys = append(refs, r.Value.Ref), append(keys, key)
	}
	tx.Queue(knownRefs, refs).Query(func(r pgx.Rows) error {
		var ref string
		_, err := pgx.ForEachRow(r, []any{&ref}, func() error { b.refs[ref] = true; return nil })
		return err
	})
	tx.Queue(knownKeys, keys).Query(func(r pgx.Rows) error {
		var key []byte
		_, err := pgx.ForEachRow(r, []any{&key}, func() error { b.codes[codeOf[string(key)]] = true; return nil })
		return err
	})
	return nil
}

// queueSealed asks which of the pools that the list enters are sealed.
func queueSealed(tx *database.Tx, rows []domain.Row[domain.Worker]) *[]string {
	var regions, sealed []string
	for _, r := range rows {
		if r.Value != nil && !slices.Contains(regions, r.Value.Region) {
			regions = append(regions, r.Value.Region)
		}
	}
	tx.Queue(sealedRegions, regions).Query(func(r pgx.Rows) (err error) {
		sealed, err = pgx.CollectRows(r, pgx.RowTo[string])
		return err
	})
	return &sealed
}

func refuseSealed(rows []domain.Row[domain.Worker], sealed *[]string) error {
	for _, r := range rows {
		if r.Value == nil || !slices.Contains(*sealed, r.Value.Region) {
			continue
		}
		region := r.Value.Region
		return fault.New(fault.StateConflict, fmt.Sprintf("Il bacino della Regione %s è chiuso: ha già movimenti o mesi presentati.", region),
			fmt.Sprintf("The pool of Region %s is sealed: it has movements or submitted months.", region)).
			With("guard", "POOL_SEALED").With("region", region).
			At(r.Place("region"), "sealed", "bacino chiuso", "the pool is sealed")
	}
	return nil
}
