package store

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/feed"
	"w2w/pkg/italia"
	"w2w/services/lsu/internal/domain"
)

const insertEntities = `with kept as (
	insert into entities (entity_ref, name, region, kind, intake_id, intake_row, intake_line, created_at, updated_at)
	select u.ref, u.name, u.region, u.kind, $1, u.row, u.line, $2, $2
	from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::int[]) u(ref, name, region, kind, row, line)
	returning *)
` + feed.Insert + `select u.event_id, $10, '*', 'entity/' || k.entity_ref,
	jsonb_build_object('name', k.name, 'region', k.region, 'kind', k.kind, 'version', k.version)
from unnest($3::text[], $9::uuid[]) u(ref, event_id) join kept k on k.entity_ref = u.ref order by k.intake_row`

// RegisterList adds entities from a list; a row that fails stops no other.
func (d *Desk) RegisterList(tx *database.Tx, by auth.Identity, places *italia.Atlas, rows []domain.Row[domain.Entity]) (JudgedIntake, error) {
	if err := domain.ForAllRegions(by); err != nil {
		return JudgedIntake{}, err
	}
	tx.Queue(lockRegister)
	known, err := knownEntities(tx, rows, func(e domain.Entity) string { return e.Ref })
	if err != nil {
		return JudgedIntake{}, err
	}
	id := uuid.Must(uuid.NewV7())
	var c entityRows
	judged := make([]domain.Judged, len(rows))
	for i, row := range rows {
		if row.Value == nil {
			judged[i] = row.Judge(nil)
			continue
		}
		codes, err := d.rules().JudgeEntity(*row.Value, domain.EntityKnown{Places: places, Ref: func(ref string) bool { _, ok := known[ref]; return ok }})
		if err != nil {
			return JudgedIntake{}, err
		}
		if judged[i] = row.Judge(codes); judged[i].Verdict == domain.Accepted {
			known[row.Value.Ref] = *row.Value
			c.add(row)
		}
	}
	tx.Queue(insertEntities, id, d.clock(), c.ref, c.name, c.region, c.kind, c.row, c.line, c.event, entityRegistered)
	return keepIntake(d, tx, by, Intake{ID: id, Kind: domain.EntityList}, rows, judged)
}

// entityRows are accepted rows turned by ninety degrees, as unnest takes them.
type entityRows struct {
	ref, name, region, kind []string
	row, line               []int
	event                   []uuid.UUID
}

func (c *entityRows) add(r domain.Row[domain.Entity]) {
	e := r.Value
	c.ref, c.name, c.region, c.kind = append(c.ref, e.Ref), append(c.name, e.Name), append(c.region, e.Region), append(c.kind, e.Kind)
	c.row, c.line, c.event = append(c.row, r.Row), append(c.line, r.Line), append(c.event, uuid.Must(uuid.NewV7()))
}

// knownEntities reads the entities that the rows of a list name, after what is queued.
func knownEntities[T any](tx *database.Tx, rows []domain.Row[T], ref func(T) string) (map[string]domain.Entity, error) {
	named := map[string]bool{}
	var refs []string
	for _, r := range rows {
		if r.Value == nil {
			continue
		}
		if x := ref(*r.Value); x != "" && !named[x] {
			named[x] = true
			refs = append(refs, x)
		}
	}
	known := make(map[string]domain.Entity, len(refs))
	err := tx.Query(func(r pgx.Rows) error {
		e, err := scanEntity(r)
		known[e.Ref] = e.Entity
		return err
	}, "select "+entityColumns+" from entities where entity_ref = any($1)", refs)
	if err != nil {
		return nil, fmt.Errorf("entities of a list: %w", err)
	}
	return known, nil
}
