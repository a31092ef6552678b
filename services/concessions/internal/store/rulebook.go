package store

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/pkg/params"
	"w2w/services/concessions/internal/domain"
)

// Rulebook holds the rules by the parameters in the database: a snapshot that is swapped when they change,
// so that no request asks for them.
type Rulebook struct {
	db     *database.DB
	places domain.Territories
	now    atomic.Pointer[domain.Rules]
}

// OpenRulebook brings what the versioned files have and the database lacks, and reads the rules. It also
// returns the rows of the files that differ from what was recorded before: they have no effect.
func OpenRulebook(ctx context.Context, db *database.DB, places domain.Territories, files []params.Row) (*Rulebook, []params.Row, error) {
	differing, err := bring(ctx, db, files)
	if err != nil {
		return nil, nil, err
	}
	b := &Rulebook{db: db, places: places}
	return b, differing, b.Refresh(ctx)
}

// Now returns the rules by the parameters as known now.
func (b *Rulebook) Now() domain.Rules { return *b.now.Load() }

const latestVersion = `select coalesce(max(version), 0) from parameters`

// Refresh reads the parameters again if they have changed.
func (b *Rulebook) Refresh(ctx context.Context) error {
	var version int64
	err := b.db.Read(ctx, "", func(q *pgx.Batch) {
		q.Queue(latestVersion).QueryRow(func(r pgx.Row) error { return r.Scan(&version) })
	})
	if have := b.now.Load(); err != nil || have != nil && have.Version() >= version {
		return err
	}
	var rows []params.Row
	err = b.db.Read(ctx, "", func(q *pgx.Batch) {
		q.Queue(`select version, key, value, valid_from, valid_to, legal_ref from parameters where superseded_version is null`).Query(func(r pgx.Rows) (err error) {
			rows, version, err = scanRules(r)
			return err
		})
	})
	if err != nil {
		return err
	}
	return b.publish(rows, version)
}

// scanRules also returns the latest version among the rows: of all that are in force, a change's own row is one.
func scanRules(r pgx.Rows) (rows []params.Row, version int64, err error) {
	for r.Next() {
		var p params.Row
		var recorded int64
		if err := r.Scan(&recorded, &p.Key, &p.Value, &p.ValidFrom, &p.ValidTo, &p.LegalRef); err != nil {
			return nil, 0, err
		}
		rows, version = append(rows, p), max(version, recorded)
	}
	return rows, version, r.Err()
}

// publish swaps the snapshot unless a later one is there already.
func (b *Rulebook) publish(rows []params.Row, version int64) error {
	set, err := params.NewSet(rows)
	if err != nil {
		return err
	}
	next := domain.NewRules(set, b.places).Numbered(version)
	for {
		have := b.now.Load()
		if have != nil && have.Version() >= version || b.now.CompareAndSwap(have, &next) {
			return nil
		}
	}
}

// Follow refreshes the rules again and again until the context ends; a refresh that fails is reported and tried again.
func (b *Rulebook) Follow(ctx context.Context, every time.Duration, failed func(error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := b.Refresh(ctx); err != nil && ctx.Err() == nil {
				failed(err)
			}
		}
	}
}

// asOf returns the rules by the parameters as known at a version: those of an earlier judgement.
func (b *Rulebook) asOf(tx *database.Tx, version int64) (domain.Rules, error) {
	if now := b.Now(); now.Version() == version {
		return now, nil
	}
	var rows []params.Row
	tx.Queue(`select version, key, value, valid_from, valid_to, legal_ref from parameters
		where version <= $1 and (superseded_version is null or superseded_version > $1)`, version).Query(func(r pgx.Rows) (err error) {
		rows, _, err = scanRules(r)
		return err
	})
	if err := tx.Flush(); err != nil {
		return domain.Rules{}, err
	}
	set, err := params.NewSet(rows)
	return domain.NewRules(set, b.places).Numbered(version), err
}
