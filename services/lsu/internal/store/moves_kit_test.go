package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/params"
	"w2w/pkg/period"
	"w2w/pkg/person"
	"w2w/pkg/testkit"
	"w2w/services/lsu"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/store"
	files "w2w/services/lsu/params"
)

// bench is a desk over a real database with an invented pool: the workers W1 to W<n>, odd ones in Region 18, even ones in 19.
type bench struct {
	t    testing.TB
	db   *database.DB
	desk *store.Desk
	by   auth.Identity
}

var regions = []string{"18", "19"}

const (
	inventEntities = `insert into entities (entity_ref, name, region, kind) select 'E' || region || n, 'Comune ' || n, region, 'COMUNE'
from unnest(array['18', '19']) region, generate_series(1, 2) n`
	inventWorkers = `insert into workers (id, administration, worker_ref, person, tax_key, gender, birth_date, pool_entity, pool_hours, in_pool_since, state, entity_ref,
	weekly_hours, intake_id, intake_row, intake_line)
select gen_random_uuid(), region, 'W' || n, '', n::text::bytea, 'F', '1960-01-01', 'E' || region || 1, 20, '1999-01-01', 'ATTIVO', 'E' || region || 1, 20,
	gen_random_uuid(), n, n
from (select n, case n % 2 when 1 then '18' else '19' end region from generate_series(1, $1::int) n) x`
)

func openBench(t testing.TB, workers int) *bench {
	t.Helper()
	ctx := context.Background()
	b := &bench{t: t, db: testkit.Database(t, lsu.Name, lsu.Migrations()...),
		by: auth.Identity{Client: "ministry", Actor: "ministry", Administration: auth.AllAdministrations, Scopes: []string{auth.ScopeBackdate}}}
	rows, err := params.Files(files.Files)
	require.NoError(t, err)
	book, _, err := store.OpenRulebook(ctx, b.db, rows)
	require.NoError(t, err)
	people, err := person.Load(t.TempDir(), true)
	require.NoError(t, err)
	b.desk = store.NewDesk(b.db, people, book, clock.Fixed(time.Date(2011, 12, 31, 12, 0, 0, 0, time.UTC)))
	require.NoError(t, b.db.Update(ctx, auth.AllAdministrations, func(tx *database.Tx) error {
		tx.Queue(inventEntities)
		tx.Queue(inventWorkers, workers)
		return nil
	}))
	return b
}

var errUndone = errors.New("undone")

// try does something with the database that leaves no trace.
func (b *bench) try(t require.TestingT, do func(tx *database.Tx) error) {
	err := b.db.Update(context.Background(), auth.AllAdministrations, func(tx *database.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		if err := tx.Flush(); err != nil {
			return err
		}
		return errUndone
	})
	require.ErrorIs(t, err, errUndone)
}

// move sends movements as one list.
func (b *bench) move(tx *database.Tx, list []domain.Movement) (store.JudgedIntake, error) {
	rows := make([]domain.Row[domain.Sent[domain.Movement]], len(list))
	for i, m := range list {
		rows[i] = domain.Row[domain.Sent[domain.Movement]]{Row: i + 1, Line: i + 2, Reference: m.Ref,
			Value: &domain.Sent[domain.Movement]{What: m, On: &m.ReceivedOn}}
	}
	return b.desk.EnterMovements(tx, b.by, rows)
}

const (
	keptMovements = `select to_jsonb(m) - '{id,seq,worker_id,intake_id,intake_row,intake_line}'::text[] from movements m order by seq`
	keptStandings = `select to_jsonb(w) - '{id,intake_id,updated_at}'::text[] from workers w order by worker_ref`
)

// kept is all that the processed lists have left, in words.
func kept(tx *database.Tx) (words []string, err error) {
	for _, sql := range []string{keptMovements, keptStandings} {
		err := tx.Query(func(r pgx.Rows) error {
			var row map[string]any
			err := r.Scan(&row)
			words = append(words, fmt.Sprint(row))
			return err
		}, sql)
		if err != nil {
			return nil, err
		}
	}
	return words, nil
}

// close freezes a month of every Region as its closing does, as far as movements are concerned.
func (b *bench) close(tx *database.Tx, month period.Month, closesOn period.Date) {
	for _, region := range regions {
		tx.Queue("insert into months (administration, month, state, version) values ($1, $2, 'CLOSED', 3)", region, month.First())
		tx.Queue(`insert into reports (administration, month, closes_on, rules_version, line, content, content_sha256) values ($1, $2, $3, 1, '{}', '', '')`,
			region, month.First(), closesOn)
	}
}
