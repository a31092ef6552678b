package concessions_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// injections are what an attacker of SQL tries first.
var injections = []string{"' or 1=1 --", "'; drop table applications; --", "1; select pg_sleep(5)", "\\'; select 1 --", "') or ('1'='1",
	"$1", "$$; select 1; $$", "application_ref) --", "created_at desc; delete from applications", "(select 1/0)", "%27%20or%201=1", "0x27", "*/ or 1=1 /*"}

// TestSQLi is row 24 of the catalogue: SQL in any parameter of any route, in any text of a search and in a cursor
// finds no more than the rule says, breaks nothing, and all rows stay.
func TestSQLi(t *testing.T) {
	t.Parallel()
	h := open(t)
	made := h.tour()
	c := h.as("03", "office")
	before := h.fingerprint(t)
	for _, attack := range injections {
		for _, r := range h.routes() {
			for _, p := range append(r.op.Parameters, h.Contract.Doc.Paths.Value(r.path).Parameters...) {
				if address := spoilt(t, r, p.Value, made, attack); r.method == http.MethodGet && address != "" {
					a := c.send(r.method, address, nil)
					require.Less(t, a.status, 500, "%s %s: %s", r.name, address, a.raw)
					if a.status < 300 {
						require.Empty(t, a.json(t)["items"], "%s finds something at %s", r.name, address)
					}
				}
			}
		}
		for path, field := range map[string]string{"/workers/history-searches": "tax_code", "/employers/history-searches": "tax_code", "/employers/searches": "name"} {
			a := c.send(http.MethodPost, path, object{field: attack})
			require.Less(t, a.status, 500, "%s: %s", path, a.raw)
			if a.status < 300 {
				require.Empty(t, a.json(t)["items"], "%s finds something by %s", path, attack)
			}
		}
	}
	require.Equal(t, before, h.fingerprint(t))
}

// spoilt is the address with the attack in one parameter; a header is none.
func spoilt(t *testing.T, r route, p *openapi3.Parameter, made map[string]string, attack string) string {
	t.Helper()
	switch p.In {
	case openapi3.ParameterInPath:
		return strings.ReplaceAll(r.path, "{"+p.Name+"}", url.PathEscape(attack))
	case openapi3.ParameterInQuery:
		address := r.at(t, made)
		if strings.Contains(address, "?") { // the required one
			address, _, _ = strings.Cut(address, "?")
		}
		return address + "?" + p.Name + "=" + url.QueryEscape(attack)
	}
	return ""
}

// fingerprint is of all rows but those that tell who looked.
func (h *house) fingerprint(t *testing.T) (sum string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), h.Admin)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), "set search_path to concessions, public")
	require.NoError(t, err)
	require.NoError(t, conn.QueryRow(t.Context(), strings.ReplaceAll(stored, "audit_chain", "audit_|idempotency")).Scan(&sum))
	return sum
}
