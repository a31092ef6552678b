// Package register keeps the dated parameters of a service in its database, dated twice: by the days for which a
// value holds and by the version at which it was recorded. It holds the rules by them ready in memory.
package register

import (
	"context"
	"embed"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/feed"
	"w2w/pkg/italia"
	"w2w/pkg/params"
	"w2w/pkg/period"
)

//go:embed migrations/*.sql
var tables embed.FS

// Migrations are the table of the parameters and what guards it.
func Migrations() database.Set {
	dir, _ := fs.Sub(tables, "migrations") // the folder is embedded, it can't be missing
	return database.Set{Name: "params", Files: dir}
}

// register is the table of the parameters in a service's database; Book has its use cases.
type register struct {
	db      *database.DB
	service string
	check   func(params.Row) error
}

// Parameter is a dated value as it was recorded, and when it was superseded.
type Parameter struct {
	params.Row
	Version           int64
	RecordedAt        time.Time
	SupersededVersion *int64
	SupersededAt      *time.Time
}

// lock lets changes of parameters go one after the other, so that versions are steps without a gap.
func (g *register) lock(tx *database.Tx) {
	tx.Queue(`select pg_advisory_xact_lock(hashtext($1))`, g.service+".parameters")
}

// parameterStep is one change of the parameters: its number and its time.
type parameterStep struct {
	version int64
	at      time.Time
}

func nextStep(tx *database.Tx) (s parameterStep, err error) {
	err = tx.QueryRow(`select coalesce(max(version), 0) + 1, clock_timestamp() from parameters`, nil, &s.version, &s.at)
	return s, err
}

func insertParameter(tx *database.Tx, r params.Row, s parameterStep, by auth.Identity) {
	tx.Queue(`insert into parameters (key, value, valid_from, valid_to, legal_ref, source, version, recorded_at, client, actor)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		r.Key, r.Value, r.ValidFrom, r.ValidTo, r.LegalRef, r.Source, s.version, s.at, by.Client, by.Actor)
}

const supersede = `update parameters set superseded_version = $4, superseded_at = $5
where key = $1 and superseded_version is null and daterange(valid_from, valid_to, '[]') && daterange($2, $3, '[]')`

// keepRest records anew what remains before and after the days of a change.
const keepRest = `insert into parameters (key, value, valid_from, valid_to, legal_ref, source, version, recorded_at, client, actor)
select key, value, lower(part), upper(part) - 1, legal_ref, source, $4, $5, $6, $7
from parameters, unnest(datemultirange(daterange(valid_from, valid_to, '[]')) - datemultirange(daterange($2, $3, '[]'))) part
where key = $1 and superseded_version = $4`

// Set states a value from a day on, by an act. Without a last day it holds until the next value
// that is known already, or until further notice. What held on its days is superseded there and stays elsewhere.
func (g *register) Set(tx *database.Tx, by auth.Identity, r params.Row) (Parameter, error) {
	if err := g.check(r); err != nil {
		return Parameter{}, err
	}
	g.lock(tx)
	if r.ValidTo == nil {
		tx.Queue(`select min(valid_from) - 1 from parameters where key = $1 and superseded_version is null and valid_from > $2`, r.Key, r.ValidFrom).
			QueryRow(func(row pgx.Row) error { return row.Scan(&r.ValidTo) })
	}
	s, err := nextStep(tx)
	if err != nil {
		return Parameter{}, err
	}
	tx.Queue(supersede, r.Key, r.ValidFrom, r.ValidTo, s.version, s.at)
	tx.Queue(keepRest, r.Key, r.ValidFrom, r.ValidTo, s.version, s.at, by.Client, by.Actor)
	insertParameter(tx, r, s, by)
	tx.Become(auth.AllAdministrations)
	if err := g.announce(tx, r, s.version); err != nil {
		return Parameter{}, err
	}
	tx.Become(by.Administration)
	return Parameter{Row: r, Version: s.version, RecordedAt: s.at}, audit.Append(tx, audit.Record{Action: "parameter.change",
		Subject: "parameter/" + r.Key, Administration: italia.Ministry, By: by,
		Detail: map[string]any{"version": s.version, "value": r.Value, "valid_from": r.ValidFrom, "valid_to": r.ValidTo, "act": r.Source}})
}

// announce tells every administration of a value; the event is nobody's own.
func (g *register) announce(tx *database.Tx, r params.Row, version int64) error {
	return feed.Append(tx, feed.Event{Type: "it.w2w." + g.service + ".parameter.changed.v1", Subject: "parameter/" + r.Key, Administration: auth.AllAdministrations,
		Data: struct {
			params.Row
			Version int64 `json:"version"`
		}{r, version}})
}

// Filter chooses parameters; what is empty chooses all.
type Filter struct {
	Key, Prefix string
	On          *period.Date // that hold on the day
	RecordedAt  *time.Time   // as known at the instant, instead of now
}

const parameterColumns = `key, value, valid_from, valid_to, legal_ref, source, version, recorded_at, superseded_version, superseded_at`

const selectParameters = `select ` + parameterColumns + ` from parameters
where ($1 = '' or key = $1) and starts_with(key, $2)
	and ($3::date is null or daterange(valid_from, valid_to, '[]') @> $3::date)
	and case when $4::timestamptz is null then superseded_at is null
		else recorded_at <= $4 and (superseded_at is null or superseded_at > $4) end
order by key, valid_from`

// List lists values by key and day.
func (g *register) List(ctx context.Context, f Filter) ([]Parameter, error) {
	return g.read(ctx, selectParameters, f.Key, f.Prefix, f.On, f.RecordedAt)
}

const selectHistory = `select ` + parameterColumns + ` from parameters where key = $1 order by version, valid_from`

// History lists all that was ever recorded of a key, in the order of recording.
func (g *register) History(ctx context.Context, key string) ([]Parameter, error) {
	found, err := g.read(ctx, selectHistory, key)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "La risorsa non esiste.", "There is no such resource.")
	}
	return found, err
}

func (g *register) read(ctx context.Context, query string, args ...any) (found []Parameter, err error) {
	err = g.db.Read(ctx, "", func(b *pgx.Batch) {
		b.Queue(query, args...).Query(func(rows pgx.Rows) (err error) {
			found, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (p Parameter, err error) {
				err = r.Scan(&p.Key, &p.Value, &p.ValidFrom, &p.ValidTo, &p.LegalRef, &p.Source, &p.Version, &p.RecordedAt, &p.SupersededVersion, &p.SupersededAt)
				return p, err
			})
			return err
		})
	})
	return found, err
}
