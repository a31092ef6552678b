package apitest

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// reference is a foreign key: the table that it points to, with the columns and their types there.
type reference struct {
	Name, Table    string
	Columns, Types []string
}

const references = `select c.conname, c.confrelid::regclass::text,
	array_agg(quote_ident(a.attname) order by k.n), array_agg(format_type(a.atttypid, null) order by k.n)
from pg_constraint c, unnest(c.confkey) with ordinality k(attnum, n), pg_attribute a
where c.contype = 'f' and c.connamespace = current_schema()::regnamespace and a.attrelid = c.confrelid and a.attnum = k.attnum
group by c.conname, c.conrelid, c.confrelid`

// RequireReferencesByKey wants an empty database to check foreign keys by the unique index that they point to.
// PostgreSQL keeps the plan of a check for the whole session: while the tables are empty, an index that has all the
// columns but begins with the administration costs the same, and later on each check would walk through all rows of
// a Region.
func (s *Service) RequireReferencesByKey(t testing.TB) {
	t.Helper()
	ctx, db := context.Background(), s.Owner(t)
	_, err := db.Exec(ctx, "set plan_cache_mode = force_generic_plan")
	require.NoError(t, err)
	rows, err := db.Query(ctx, references)
	require.NoError(t, err)
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[reference])
	require.NoError(t, err)
	require.NotEmpty(t, all)
	for i, r := range all {
		require.ElementsMatch(t, r.Columns, indexOfCheck(t, db, r, i), "the check of %s on %s", r.Name, r.Table)
	}
}

// indexOfCheck returns the columns of the index by which the check of a reference looks for its row.
func indexOfCheck(t testing.TB, db *pgx.Conn, r reference, n int) (columns []string) {
	t.Helper()
	ctx := context.Background()
	conditions, nulls := make([]string, len(r.Columns)), make([]string, len(r.Columns))
	for i, c := range r.Columns {
		conditions[i], nulls[i] = fmt.Sprintf("%s = $%d", c, i+1), "null"
	}
	fill := strings.NewReplacer("{n}", strconv.Itoa(n), "{types}", strings.Join(r.Types, ", "), "{table}", r.Table, // names of the catalogue
		"{conditions}", strings.Join(conditions, " and "), "{nulls}", strings.Join(nulls, ", "))
	_, err := db.Exec(ctx, fill.Replace("prepare check{n} ({types}) as select 1 from only {table} x where {conditions} for key share of x"))
	require.NoError(t, err)
	var raw []byte
	err = db.QueryRow(ctx, fill.Replace("explain (format json) execute check{n} ({nulls})")).Scan(&raw)
	require.NoError(t, err)
	var plan []struct {
		Plan struct {
			Plans []struct {
				Index string `json:"Index Name"`
			}
		}
	}
	require.NoError(t, json.Unmarshal(raw, &plan))
	require.NotEmpty(t, plan[0].Plan.Plans, string(raw))
	err = db.QueryRow(ctx, `select array_agg(quote_ident(attname) order by attnum) from pg_attribute
		where attrelid = to_regclass($1)`, plan[0].Plan.Plans[0].Index).Scan(&columns)
	require.NoError(t, err)
	return columns
}
