package auth_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/fault"
)

func TestMiddleware(t *testing.T) {
	t.Parallel()
	p := newParty(t, clock.Fixed(noon))
	token := p.sign(t, good())
	cases := map[string]struct {
		header http.Header
		status int
		txn    string
	}{
		"good":                 {http.Header{"Txn-Token": {token}}, 200, "t1"},
		"the request's own id": {http.Header{"Txn-Token": {token}, "X-Request-Id": {"r-1"}}, 200, "r-1"},
		"an id with a newline": {http.Header{"Txn-Token": {token}, "X-Request-Id": {"r\n1"}}, 200, "t1"},
		"none":                 {http.Header{}, 401, ""},
		"as bearer":            {http.Header{"Authorization": {"Bearer " + token}}, 401, ""},
		"two":                  {http.Header{"Txn-Token": {token, token}}, 401, ""},
		"identity by header":   {http.Header{"X-Client-Id": {"portal-lazio"}, "X-Administration": {"*"}}, 401, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine, ran := gin.New(), false
			refuse := func(c *gin.Context, err error) { c.Status(fault.As(err).Code.Status()) }
			engine.GET("/x", auth.Middleware(p.verifier, refuse), func(c *gin.Context) {
				ran = true
				require.Equal(t, tc.txn, auth.From(c.Request.Context()).Txn)
			})
			req := httptest.NewRequest(http.MethodGet, "/x", nil)
			req.Header = tc.header
			res := httptest.NewRecorder()
			engine.ServeHTTP(res, req)
			require.Equal(t, tc.status, res.Code)
			require.Equal(t, tc.status == 200, ran)
		})
	}
}
