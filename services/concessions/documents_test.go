package concessions_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// paper is a document as it is announced.
func paper(title string, content []byte) object {
	return object{"kind": "ACCORDO", "title": title, "sha256": hash(content), "media_type": "application/pdf"}
}

func TestADocumentIsAnnouncedStoredAndRead(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.as("03", "office")
	id := idOf(c.post("/applications", istanza("A1", nil)))
	content := []byte("%PDF-1.4\x00\xff Verbale: Xawu Yoli")
	made := c.send(http.MethodPost, "/applications/"+id+"/documents", paper("Verbale", content))
	require.Equal(t, http.StatusCreated, made.status, string(made.raw))
	document := made.json(t)
	path := made.header.Get("Location")[len(base):]
	require.Equal(t, []any{id, "03", false, nil}, []any{document["application_id"], document["administration"], document["stored"], document["bytes"]})
	require.Equal(t, http.StatusNotFound, c.send(http.MethodGet, path+"/content", nil).status, "announced only")

	store := func(body []byte, media string) answer {
		return c.send(http.MethodPut, path+"/content", body, "Content-Type", media)
	}
	for name, other := range map[string][]byte{"other bytes": append(content, ' '), "nothing": {}} {
		refused := store(other, "application/octet-stream")
		require.Equal(t, []any{http.StatusUnprocessableEntity, "rule-violated"}, []any{refused.status, refused.code(t)}, name)
	}
	require.Equal(t, "media-type-unsupported", store(content, "application/pdf").code(t))
	require.Equal(t, false, c.send(http.MethodGet, path, nil).json(t)["stored"])
	for range 2 { // the second time is no change
		stored := store(content, "application/octet-stream")
		require.Equal(t, []any{http.StatusOK, true, float64(len(content))}, []any{stored.status, stored.json(t)["stored"], stored.json(t)["bytes"]}, string(stored.raw))
	}
	read := c.send(http.MethodGet, path+"/content", nil)
	require.Equal(t, []any{http.StatusOK, content, "application/octet-stream"}, []any{read.status, read.raw, read.header.Get("Content-Type")})
	subject := "document/" + document["id"].(string)
	require.Equal(t, []int{1, 1, 1}, []int{h.Audited("document.announce", subject), h.Audited("document.store", subject), h.Audited("document.read", subject)})

	var sealed []byte
	require.NoError(t, h.db.Read(context.Background(), "*", func(b *pgx.Batch) {
		b.Queue("select content from document_contents").QueryRow(func(r pgx.Row) error { return r.Scan(&sealed) })
	}))
	require.NotContains(t, string(sealed), "Xawu", "sealed at rest")
}

func TestTheDocumentsOfAnApplicationArePaged(t *testing.T) {
	t.Parallel()
	c := open(t).as("03", "office")
	path := "/applications/" + idOf(c.post("/applications", istanza("A1", nil))) + "/documents"
	for _, title := range []string{"1", "2", "3"} {
		c.post(path, paper(title, []byte(title)))
	}
	first := c.send(http.MethodGet, path+"?limit=2", nil).json(t)
	require.Equal(t, []any{"3", "2"}, each(first["items"], "title"))
	second := c.send(http.MethodGet, path+"?limit=2&cursor="+first["next_cursor"].(string), nil).json(t)
	require.Equal(t, []any{"1"}, each(second["items"], "title"))
	require.Empty(t, second["next_cursor"])
	other := "/applications/" + idOf(c.post("/applications", istanza("A2", nil))) + "/documents"
	require.Empty(t, c.send(http.MethodGet, other, nil).json(t)["items"], "another application's are not here")
}

func TestADocumentThatIsNone(t *testing.T) {
	t.Parallel()
	c := open(t).as("03", "office")
	path := "/applications/" + idOf(c.post("/applications", istanza("A1", nil))) + "/documents"
	for key, x := range map[string]struct {
		value  any
		status int
	}{"kind": {"LETTERA", 422}, "title": {"", 422}, "sha256": {"ABC", 422}, "media_type": {"text/html", 422}, "id": {"1", 400}, "bytes": {1, 400}, "stored": {true, 400}} {
		o := paper("Verbale", nil)
		o[key] = x.value
		a := c.send(http.MethodPost, path, o)
		require.Equal(t, []any{x.status, []any{"/" + key}}, []any{a.status, pointers(t, a)}, key)
	}
	require.Empty(t, c.send(http.MethodGet, path, nil).json(t)["items"])
}

func TestWhoSeesADocument(t *testing.T) {
	t.Parallel()
	h := open(t)
	c, stranger := h.as("03", "office"), h.as("07", "stranger")
	application := "/applications/" + idOf(c.post("/applications", istanza("A1", nil)))
	content := []byte("x")
	path := "/documents/" + c.post(application+"/documents", paper("Verbale", content))["id"].(string)
	require.Equal(t, http.StatusOK, c.send(http.MethodPut, path+"/content", content, "Content-Type", "application/octet-stream").status)
	const absent = "018f0000-0000-7000-8000-000000000000"
	for name, pair := range map[string][2]answer{
		"one":         {stranger.send("GET", path, nil, "X-Request-Id", "r"), stranger.send("GET", "/documents/"+absent, nil, "X-Request-Id", "r")},
		"its content": {stranger.send("GET", path+"/content", nil, "X-Request-Id", "r"), stranger.send("GET", "/documents/"+absent+"/content", nil, "X-Request-Id", "r")},
		"the list":    {stranger.send("GET", application+"/documents", nil, "X-Request-Id", "r"), stranger.send("GET", "/applications/"+absent+"/documents", nil, "X-Request-Id", "r")},
		"a new one":   {stranger.send("POST", application+"/documents", paper("V", nil), "X-Request-Id", "r"), stranger.send("POST", "/applications/"+absent+"/documents", paper("V", nil), "X-Request-Id", "r")},
		"to store": {stranger.send("PUT", path+"/content", content, "Content-Type", "application/octet-stream", "X-Request-Id", "r"),
			stranger.send("PUT", "/documents/"+absent+"/content", content, "Content-Type", "application/octet-stream", "X-Request-Id", "r")},
	} {
		require.Equal(t, http.StatusNotFound, pair[0].status, name)
		require.Equal(t, string(pair[1].raw), string(pair[0].raw), name)
	}
	require.Zero(t, h.Audited("document.read", "%"))
	reader := h.as("03", "reader", "applications:read")
	require.Equal(t, http.StatusOK, reader.send(http.MethodGet, path, nil).status)
	require.Equal(t, http.StatusForbidden, reader.send(http.MethodGet, path+"/content", nil).status, "a document may name people")
	require.Equal(t, http.StatusForbidden, reader.send(http.MethodPost, application+"/documents", paper("V", nil)).status)
}

func TestAFinishedApplicationTakesNoDocument(t *testing.T) {
	t.Parallel()
	c := open(t).as("03", "office")
	application := "/applications/" + idOf(c.post("/applications", istanza("A1", nil)))
	content := []byte("announced in time")
	path := "/documents/" + c.post(application+"/documents", paper("Verbale", content))["id"].(string)
	c.post(application+"/transitions", object{"event": "RINUNCIA"}, "If-Match", `"2"`)
	refused := c.send(http.MethodPost, application+"/documents", paper("Tardi", nil))
	require.Equal(t, []any{http.StatusConflict, "state-conflict", "RINUNCIATA", []any{}}, []any{refused.status, refused.code(t), refused.json(t)["state"], refused.json(t)["allowed"]})
	require.Equal(t, http.StatusOK, c.send(http.MethodPut, path+"/content", content, "Content-Type", "application/octet-stream").status)
}
