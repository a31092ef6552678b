package gateway_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/services/gateway"
)

// What the registry takes away is gone although the token lives on. The second gateway stands for the first
// one after its cache has aged.
func TestRegistryDecidesNotTheToken(t *testing.T) {
	t.Parallel()
	keys := t.TempDir()
	shared := func(c *gateway.Config) { c.KeyDir = keys }
	before := newHouse(t, shared)
	token := "Bearer " + before.token("portal-lazio")
	cases := []struct {
		name, change string
		status       int
		scopes       []string
	}{
		{"nothing", `select 1`, 200, []string{"applications:read", "applications:file"}},
		{"a scope", `update clients set scopes = '{applications:read}' where id = 'portal-lazio'`, 200, []string{"applications:read"}},
		{"the client", `delete from clients where id = 'portal-lazio'`, 401, nil},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			conn, err := before.db.Pool().Acquire(t.Context())
			require.NoError(t, err)
			_, err = conn.Exec(t.Context(), `begin; set local w2w.administration = '*'; `+tc.change+`; commit`)
			require.NoError(t, err)
			conn.Release()
			after := newHouseOn(t, before.db, func(c *gateway.Config) { shared(c); c.ClientsFile = "" })
			r := after.request(http.MethodGet, "/concessions/v1/x", nil)
			r.Header.Set("Authorization", token)
			got := after.do(r)
			if tc.status == 401 {
				requireProblem(t, got, 401, "token-invalid")
				require.Equal(t, "client", got.body["reason"])
				return
			}
			require.Equal(t, tc.scopes, got.seen(t).Identity.Scopes)
		})
	}
}

func TestAnnouncedExcessDoesNotReachTheService(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	h := newHouse(t, func(c *gateway.Config) { c.Routes = map[string]string{"gone": gone.URL} })
	got := h.do(h.call("inps", http.MethodPost, "/gone/v1/x", bytes.NewReader(make([]byte, 70<<10))))
	requireProblem(t, got, 413, "body-too-large")
}
