package store

import (
	"context"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/feed"
	"w2w/pkg/httpx"
	"w2w/pkg/italia"
	"w2w/pkg/page"
	"w2w/services/lsu/internal/domain"
)

// Entity is a host entity of the national registry.
type Entity struct {
	domain.Entity

	Version              int
	CreatedAt, UpdatedAt time.Time
}

const (
	entityColumns = "entity_ref, name, region, kind, version, created_at, updated_at"
	insertEntity  = `insert into entities (entity_ref, name, region, kind, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)`
	correctEntity = `update entities set name = $2, kind = $3, version = version + 1, updated_at = $4 where entity_ref = $1`

	entityRegistered = "it.w2w.lsu.entity.registered.v1"
	entityCorrected  = "it.w2w.lsu.entity.corrected.v1"
)

func scanEntity(r pgx.Row) (e Entity, err error) {
	err = r.Scan(&e.Ref, &e.Name, &e.Region, &e.Kind, &e.Version, &e.CreatedAt, &e.UpdatedAt)
	return e, err
}

// Register adds an entity to the registry.
func (d *Desk) Register(tx *database.Tx, by auth.Identity, places *italia.Atlas, e domain.Entity) (Entity, error) {
	if err := domain.ForAllRegions(by); err != nil {
		return Entity{}, err
	}
	codes, err := d.rules().JudgeEntity(e, domain.EntityKnown{Places: places, Ref: func(string) bool { return false }}) // the table knows
	if err != nil {
		return Entity{}, err
	}
	for _, c := range codes {
		why := c.Reason()
		return Entity{}, fault.New(fault.RuleViolated, why.Text.IT, why.Text.EN).At("/"+why.Field, string(c), why.Text.IT, why.Text.EN)
	}
	out := Entity{Entity: e, Version: 1, CreatedAt: d.clock()}
	out.UpdatedAt = out.CreatedAt
	tx.Queue(lockRegister)
	tx.Queue(insertEntity, e.Ref, e.Name, e.Region, e.Kind, out.CreatedAt)
	return out, announceEntity(tx, by, entityRegistered, out)
}

// EntityTaken tells an entity that is registered already from other failures.
func EntityTaken(err error) error {
	if database.Constraint(err) != "entities_pkey" {
		return err
	}
	why := domain.EntityDuplicate.Reason()
	return fault.New(fault.AlreadyExists, why.Text.IT, why.Text.EN).At("/"+why.Field, "taken", why.Text.IT, why.Text.EN)
}

// CorrectEntity changes name and kind of an entity at the version that the caller read.
func (d *Desk) CorrectEntity(tx *database.Tx, by auth.Identity, ifMatch string, e domain.Entity) (out Entity, err error) {
	if err := domain.ForAllRegions(by); err != nil {
		return out, err
	}
	tx.Queue("select "+entityColumns+" from entities where entity_ref = $1 for update", e.Ref).QueryRow(func(r pgx.Row) (err error) {
		out, err = scanEntity(r)
		return err
	})
	if err := tx.Flush(); err != nil {
		return out, err
	}
	if err := httpx.MatchVersion(ifMatch, out.Version); err != nil {
		return out, err
	}
	out.Name, out.Kind, out.UpdatedAt = e.Name, e.Kind, d.clock()
	out.Version++
	tx.Queue(correctEntity, e.Ref, e.Name, e.Kind, out.UpdatedAt)
	return out, announceEntity(tx, by, entityCorrected, out)
}

// announceEntity tells everyone: the registry is national.
func announceEntity(tx *database.Tx, by auth.Identity, event string, e Entity) error {
	subject := "entity/" + e.Ref
	err := feed.Append(tx, feed.Event{Type: event, Subject: subject, Administration: auth.AllAdministrations, Data: entityData(e)})
	if err != nil {
		return err
	}
	action := map[string]string{entityRegistered: "entity.registered", entityCorrected: "entity.corrected"}[event]
	return audit.Append(tx, audit.Record{Action: action, Subject: subject, Administration: by.OwnAdministration(), By: by, Detail: map[string]any{"version": e.Version}})
}

func entityData(e Entity) map[string]any {
	return map[string]any{"name": e.Name, "region": e.Region, "kind": e.Kind, "version": e.Version}
}

// Entity returns one entity of the registry.
func (d *Desk) Entity(ctx context.Context, ref string) (e Entity, err error) {
	err = d.db.Read(ctx, "", func(b *pgx.Batch) {
		b.Queue("select "+entityColumns+" from entities where entity_ref = $1", ref).QueryRow(func(r pgx.Row) (err error) {
			e, err = scanEntity(r)
			return err
		})
	})
	return e, err
}

// reference is how what the register keeps is called: entities, workers, movements, payments.
var reference = regexp.MustCompile(`^[^\s\x00-\x1f\x7f]{1,40}$`)

// Entities lists the registry by reference; a region or kind that is not empty narrows it.
func (d *Desk) Entities(ctx context.Context, region, kind string, p page.Page) ([]Entity, string, error) {
	rows := func(q *gorm.DB) *gorm.DB {
		q = q.Table("entities")
		if region != "" {
			q = q.Where("region = ?", region)
		}
		if kind != "" {
			q = q.Where("kind = ?", kind)
		}
		return q
	}
	list := page.List[Entity]{Rows: rows, Columns: entityColumns, Scan: scanEntity,
		Order: page.Order[Entity]{Keys: []page.Key[Entity]{page.Text("entity_ref", reference, func(e Entity) string { return e.Ref })}}}
	return list.Read(ctx, d.db, "", p)
}
