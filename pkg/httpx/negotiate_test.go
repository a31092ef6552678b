package httpx_test

import (
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"w2w/pkg/httpx"
)

func TestNegotiate(t *testing.T) {
	t.Parallel()
	h := engine(t, func(c *gin.Context) {
		media, err := httpx.Negotiate(c, "application/json", "text/csv")
		if err != nil {
			httpx.Problem(c, err)
			return
		}
		c.String(http.StatusOK, media)
	})
	for accept, want := range map[string]string{
		"":                                       "application/json",
		"*/*":                                    "application/json",
		"application/json":                       "application/json",
		"text/csv":                               "text/csv",
		"text/*":                                 "text/csv",
		"Text/CSV;header=present":                "text/csv",
		"text/html, text/csv;q=0.1":              "text/csv",
		"text/csv;q=0.5, application/json":       "application/json",
		"application/json;q=0.2, text/csv;q=0.3": "text/csv",
		"*/*;q=0.1, text/csv":                    "text/csv",
		"application/json;q=0, */*":              "text/csv",
		"rubbish, text/csv":                      "text/csv",
		"text/html,application/xhtml+xml,*/*;q=0.8": "application/json",
	} {
		require.Equal(t, want, call(h, http.MethodGet, one, "", "Accept", accept).Body.String(), accept)
	}
	for _, accept := range []string{"application/pdf", "text/html", "image/*", "text/csv;q=0", "*/*;q=0", "rubbish"} {
		p := problemOf(t, call(h, http.MethodGet, one, "", "Accept", accept))
		require.Equal(t, []any{406, "not-acceptable", []string{"header:Accept"}}, []any{p.Status, p.Code, p.pointers()}, accept)
	}
}
