package apitest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// Look gets a page of a handler, such as the internal side of a service.
func Look(h http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, nil))
	return w
}

// Figure is the value of one line of a page of metrics; -1 when it is not there.
func Figure(t testing.TB, page, line string) float64 {
	t.Helper()
	m := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(line) + ` (\S+)$`).FindStringSubmatch(page)
	if m == nil {
		return -1
	}
	value, err := strconv.ParseFloat(m[1], 64)
	require.NoError(t, err)
	return value
}
