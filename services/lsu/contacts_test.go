package lsu_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAContactIsReplacedAtItsVersion(t *testing.T) {
	t.Parallel()
	h := open(t)
	const path = "/regions/18/contact"
	region := h.as("18", "office")
	put := func(c caller, office, etag string) answer {
		return c.send(http.MethodPut, path, object{"office": office, "email": "lsu@regione.example"}, "If-Match", etag)
	}
	missing := region.send(http.MethodGet, path, nil, "X-Request-Id", "same")
	require.Equal(t, http.StatusNotFound, missing.status)
	require.Equal(t, http.StatusPreconditionRequired, put(region, "Settore Lavoro", "").status)
	require.Equal(t, http.StatusPreconditionFailed, put(region, "Settore Lavoro", `"1"`).status)
	first := put(region, "Settore Lavoro", `"0"`)
	require.Equal(t, []any{http.StatusOK, `"1"`}, []any{first.status, first.header.Get("ETag")}, string(first.raw))
	require.Equal(t, http.StatusPreconditionFailed, put(region, "Settore Lavoro", `"0"`).status)
	second := put(h.as("*", "ministry", "pool:upload"), "Settore Politiche", `"1"`)
	require.Equal(t, []any{http.StatusOK, `"2"`}, []any{second.status, second.header.Get("ETag")}, string(second.raw))
	read := region.send(http.MethodGet, path, nil)
	require.Equal(t, `"2"`, read.header.Get("ETag"))
	require.Equal(t, string(second.raw), string(read.raw))
	require.Equal(t, []any{"18", "Settore Politiche", "lsu@regione.example", 2.0}, of(read.json(t), "region", "office", "email", "version"))
	require.Equal(t, []string{"contact.changed", "contact.changed"}, h.kinds(""))
	require.Equal(t, 2, h.Audited("contact.replace", "contact/18"))

	foreign := h.as("19", "stranger").send(http.MethodGet, path, nil, "X-Request-Id", "same")
	require.Equal(t, string(missing.raw), string(foreign.raw))
	nowhere := h.as("*", "ministry").send(http.MethodPut, "/regions/03/contact", object{"office": "x", "email": "a@b"}, "If-Match", `"0"`, "X-Request-Id", "same")
	stranger := put(h.as("19", "stranger"), "x", `"2"`)
	require.Equal(t, []any{404, 404}, []any{nowhere.status, stranger.status})
	require.Equal(t, http.StatusForbidden, put(h.as("18", "reader", "pool:read", "months:close"), "x", `"2"`).status)
	require.Equal(t, http.StatusForbidden, h.as("18", "writer", "months:submit").send(http.MethodGet, path, nil).status)
	wrong := region.send(http.MethodPut, path, object{"office": "x", "email": "nobody"}, "If-Match", `"2"`)
	require.Equal(t, []any{422, []any{"/email"}}, []any{wrong.status, wrong.pointers(h)})
}

func TestTheFirstContactIsStatedOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	var answers [8]answer
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			answers[i] = h.as("18", "office").send(http.MethodPut, "/regions/18/contact", object{"office": "x", "email": "a@b"}, "If-Match", `"0"`)
		})
	}
	all.Wait()
	count := map[int]int{}
	for _, a := range answers {
		count[a.status]++
	}
	require.Equal(t, map[int]int{http.StatusOK: 1, http.StatusPreconditionFailed: 7}, count)
}
