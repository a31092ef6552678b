package apitest

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// Injection says where SQL is tried.
type Injection struct {
	Table, Column string            // that an attacker knows
	Made          map[string]string // ids, by the name in paths
	Searches      map[string]string // the text of a search, by its path
	Unsearched    []string          // parameters by which nothing is looked for
}

// injections are what an attacker of SQL tries first.
var injections = []string{"' or 1=1 --", "'; drop table {table}; --", "1; select pg_sleep(5)", "\\'; select 1 --", "') or ('1'='1",
	"$1", "$$; select 1; $$", "{column}) --", "created_at desc; delete from {table}", "(select 1/0)", "%27%20or%201=1", "0x27", "*/ or 1=1 /*"}

// RequireNoInjection tries SQL in any parameter of any read and in the texts of searches: it finds no more than the
// rule says, breaks nothing, and all rows stay.
func (c Caller) RequireNoInjection(t testing.TB, x Injection) {
	t.Helper()
	before := c.House.Fingerprint()
	fill := strings.NewReplacer("{table}", x.Table, "{column}", x.Column)
	for _, attack := range injections {
		attack = fill.Replace(attack)
		for _, r := range c.House.Routes() {
			if r.Method == http.MethodGet {
				c.attack(t, r, x, attack)
			}
		}
		for path, field := range x.Searches {
			a := c.Send(http.MethodPost, path, map[string]any{field: attack})
			require.Less(t, a.Status, 500, "%s: %s", path, a.Raw)
			if a.Status < 300 {
				require.Empty(t, JSON(t, a.Raw)["items"], "%s finds something by %s", path, attack)
			}
		}
	}
	require.Equal(t, before, c.House.Fingerprint())
}

// attack asks for a route with the attack in each of its parameters.
func (c Caller) attack(t testing.TB, r Route, x Injection, attack string) {
	t.Helper()
	for _, p := range append(slices.Clone(r.Op.Parameters), c.House.Contract.Doc.Paths.Value(r.Path).Parameters...) {
		address := r.spoilt(t, p.Value, x.Made, attack)
		if address == "" {
			continue
		}
		a := c.Send(r.Method, address, nil)
		require.Less(t, a.Status, 500, "%s %s: %s", r.Name, address, a.Raw)
		if a.Status < 300 && !slices.Contains(x.Unsearched, p.Value.Name) {
			require.Empty(t, JSON(t, a.Raw)["items"], "%s finds something at %s", r.Name, address)
		}
	}
}

// spoilt is the address with the attack in one parameter; a header is none.
func (r Route) spoilt(t testing.TB, p *openapi3.Parameter, made map[string]string, attack string) string {
	t.Helper()
	spoilt := r
	switch p.In {
	case openapi3.ParameterInPath:
		spoilt.Path = strings.ReplaceAll(r.Path, "{"+p.Name+"}", url.PathEscape(attack))
		return spoilt.At(t, made)
	case openapi3.ParameterInQuery:
		path, query, _ := strings.Cut(r.At(t, made), "?")
		values, err := url.ParseQuery(query)
		require.NoError(t, err)
		values.Set(p.Name, attack)
		return path + "?" + values.Encode()
	}
	return ""
}

// Fingerprint is of all rows of the service but those that tell who looked.
func (h *House) Fingerprint() (sum string) {
	h.T.Helper()
	conn, err := pgx.Connect(context.Background(), h.Admin)
	require.NoError(h.T, err)
	defer conn.Close(context.Background())
	_, err = conn.Exec(context.Background(), "select set_config('search_path', $1, false)", h.service.Name+",public")
	require.NoError(h.T, err)
	require.NoError(h.T, conn.QueryRow(context.Background(), strings.ReplaceAll(Stored, "audit_chain", "audit_|idempotency")).Scan(&sum))
	return sum
}
