package gateway_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/fault"
)

// TestEveryProblemLeadsToItsExplanation reads the page of each code, and follows the Link of a problem to its own.
func TestEveryProblemLeadsToItsExplanation(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	all := h.do(h.request(http.MethodGet, "/problems", nil))
	for _, code := range fault.Codes() {
		page := h.do(h.request(http.MethodGet, "/problems/"+string(code), nil))
		require.Equal(t, 200, page.status, code)
		require.Equal(t, "text/html; charset=utf-8", page.header.Get("Content-Type"))
		require.Contains(t, page.header.Get("Content-Security-Policy"), "default-src 'none'")
		for _, label := range []string{"Causa", "Rimedio", "Cause", "Remedy"} {
			require.Regexp(t, `<dt>`+label+`</dt><dd>\S.*</dd>`, string(page.raw), code)
		}
		require.NotContains(t, string(page.raw), "`")
		require.Equal(t, 1, strings.Count(string(page.raw), "<h1"), code)
		require.Contains(t, string(all.raw), `id="`+string(code)+`"`)
	}
	for path, code := range map[string]string{"/nowhere": "not-found", "/concessions/v1/applications": "token-invalid", "/problems/nothing": "not-found"} {
		problem := h.do(h.request(http.MethodGet, path, nil))
		link := regexp.MustCompile(`^<(/[a-z/-]+)>; rel="help"$`).FindStringSubmatch(problem.header.Get("Link"))
		require.Len(t, link, 2, path)
		require.True(t, strings.HasSuffix(problem.body["type"].(string), link[1]), "type and Link end alike")
		require.Contains(t, string(h.do(h.request(http.MethodGet, link[1], nil)).raw), `<h1 id="`+code+`">`)
	}
}
