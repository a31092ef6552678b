package database

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"w2w/pkg/fault"
)

// needsTable says which binaries may work on a schema. A migration that the binary before it can't live with records
// its own version there, as the least that a binary must know; the others let old and new run side by side:
//
//	insert into schema_needs values ('lsu', 5) on conflict (migrations) do update set least = excluded.least;
const needsTable = `create table if not exists schema_needs (migrations text primary key, least bigint not null)`

const undefinedTable = "42P01"

// SchemaState is where one set of migrations stands: what the database has, what the binary knows, and the least
// that a binary must know.
type SchemaState struct {
	Set                string
	Have, Known, Least int64
}

// Problem is why the binary can't work on the schema, with both versions, or nil.
func (s SchemaState) Problem() error {
	switch {
	case s.Have < s.Known:
		return s.fault(s.Known, fmt.Sprintf("Lo schema %s è alla versione %d, serve la %d: eseguire w2w migrate.", s.Set, s.Have, s.Known),
			fmt.Sprintf("The schema %s is at version %d, this binary needs %d: run w2w migrate.", s.Set, s.Have, s.Known))
	case s.Known < s.Least:
		return s.fault(s.Known, fmt.Sprintf("Lo schema %s è alla versione %d e richiede un programma che conosca la %d; questo conosce la %d.", s.Set, s.Have, s.Least, s.Known),
			fmt.Sprintf("The schema %s is at version %d and asks for a binary that knows %d; this one knows %d.", s.Set, s.Have, s.Least, s.Known)).
			With("least_version", s.Least)
	}
	return nil
}

func (s SchemaState) fault(binary int64, it, en string) *fault.Error {
	return fault.New(fault.Unavailable, it, en).With("schema", s.Set).With("schema_version", s.Have).With("binary_version", binary)
}

// SchemaStates tells where each set stands; one that was never migrated stands at zero.
func (db *DB) SchemaStates(ctx context.Context, sets ...Set) ([]SchemaState, error) {
	least, err := db.needs(ctx)
	if err != nil {
		return nil, err
	}
	var all []SchemaState
	for _, s := range sets {
		p, err := provider(db.sql, s, false)
		if err != nil {
			return nil, err
		}
		have, known, err := p.GetVersions(ctx)
		if isUndefined(err) {
			sources := p.ListSources()
			have, known, err = 0, sources[len(sources)-1].Version, nil
		}
		if err != nil {
			return nil, fault.Wrap(err, fault.Unavailable)
		}
		all = append(all, SchemaState{Set: s.Name, Have: have, Known: known, Least: least[s.Name]})
	}
	return all, nil
}

// CheckSchema refuses a schema that is older than the binary needs or that asks for a newer binary.
func (db *DB) CheckSchema(ctx context.Context, sets ...Set) error {
	states, err := db.SchemaStates(ctx, sets...)
	for _, s := range states {
		if problem := s.Problem(); problem != nil {
			return problem
		}
	}
	return err
}

// needs is what migrations have recorded; nothing where none has run.
func (db *DB) needs(ctx context.Context) (map[string]int64, error) {
	all := map[string]int64{}
	rows, err := db.pool.Query(ctx, "select migrations, least from schema_needs")
	if err == nil {
		var set string
		var least int64
		_, err = pgx.ForEachRow(rows, []any{&set, &least}, func() error { all[set] = least; return nil })
	}
	if isUndefined(err) {
		return all, nil
	}
	return all, Translate(err)
}

func isUndefined(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == undefinedTable
}
