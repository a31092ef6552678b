package httpx_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"w2w/pkg/httpx"
)

const workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

func unreachable(c *gin.Context) { c.String(http.StatusTeapot, "the handler ran") }

func TestJSON_Strict(t *testing.T) {
	t.Parallel()
	h := engine(t, unreachable)
	for name, c := range map[string]struct {
		body, code, pointer string
		status              int
	}{
		"duplicate names":          {`{"name":"a","name":"b"}`, "json-invalid", "/name", 400},
		"duplicate deeper":         {`{"name":"a","nested":{"a/b":true,"a/b":false}}`, "json-invalid", "/nested/a~1b", 400},
		"names that differ by \\u": {`{"name":"a","n\u0061me":"b"}`, "json-invalid", "/name", 400},
		"another case":             {`{"name":"a","Name":"b"}`, "request-invalid", "/Name", 400},
		"an unknown name":          {`{"name":"a","colour":1}`, "request-invalid", "/colour", 400},
		"an unknown name deeper":   {`{"name":"a","nested":{"x~y":1}}`, "request-invalid", "/nested/x~0y", 400},
		"trailing data":            {`{"name":"a"} {}`, "json-invalid", "", 400},
		"trailing text":            {`{"name":"a"}x`, "json-invalid", "", 400},
		"cut off":                  {`{"name":`, "json-invalid", "/name", 400},
		"nothing":                  {``, "request-invalid", "", 400},
		"invalid UTF-8":            {"{\"name\":\"\xff\"}", "json-invalid", "/name", 400},
		"half a surrogate":         {`{"name":"\ud800"}`, "json-invalid", "/name", 400},
		"a comment":                {`{/**/"name":"a"}`, "json-invalid", "", 400},
		"depth of 10,000":          {`{"name":` + strings.Repeat("[", 10_000), "json-invalid", "/name" + strings.Repeat("/0", 31), 400},
		"NaN":                      {`{"name":"a","cents":NaN}`, "json-invalid", "/cents", 400},
		"NUL":                      {`{"name":"a\u0000"}`, "schema-invalid", "/name", 422},
		"NUL in a name":            {`{"name":"a","b\u0000":1}`, "schema-invalid", "/b\x00", 422},
		"a wrong type":             {`{"name":1}`, "schema-invalid", "/name", 422},
		"no object":                {`[]`, "schema-invalid", "", 422},
		"a missing member":         {`{}`, "schema-invalid", "/name", 422},
		"half a cent":              {`{"name":"a","cents":0.5}`, "schema-invalid", "/cents", 422},
		"less than nothing":        {`{"name":"a","cents":-1}`, "schema-invalid", "/cents", 422},
		"beyond 2^53":              {`{"name":"a","cents":9007199254740992}`, "schema-invalid", "/cents", 422},
		"an endless number":        {`{"name":"a","cents":1e400}`, "schema-invalid", "/cents", 422},
		"no day":                   {`{"name":"a","on":"2010-02-30"}`, "schema-invalid", "/on", 422},
		"no id":                    {`{"name":"a","of":"7"}`, "schema-invalid", "/of", 422},
		"none of the list":         {`{"name":"a","kind":"C"}`, "schema-invalid", "/kind", 422},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := problemOf(t, call(h, http.MethodPost, "/api/things", c.body))
			require.Equal(t, c.status, p.Status, p)
			require.Equal(t, c.code, p.Code)
			require.Equal(t, []string{c.pointer}, p.pointers())
			require.NotEmpty(t, p.Errors[0].Detail)
		})
	}
}

func TestTheRestOfARequest(t *testing.T) {
	t.Parallel()
	h := engine(t, unreachable)
	for name, c := range map[string]struct {
		method, path string
		headers      []string
		status       int
		code         string
		pointer      string
	}{
		"no media type":        {"POST", "/api/things", []string{"Content-Type", ""}, 415, "media-type-unsupported", "header:Content-Type"},
		"another media type":   {"POST", "/api/things", []string{"Content-Type", "application/xml"}, 415, "media-type-unsupported", "header:Content-Type"},
		"not for this call":    {"POST", "/api/things", []string{"Content-Type", "text/csv"}, 415, "media-type-unsupported", "header:Content-Type"},
		"a workbook":           {"POST", "/api/things", []string{"Content-Type", workbook}, 415, "media-type-unsupported", "header:Content-Type"},
		"no key":               {"POST", "/api/things", []string{"Idempotency-Key", ""}, 400, "idempotency-key-missing", "header:Idempotency-Key"},
		"a key too long":       {"POST", "/api/things", []string{"Idempotency-Key", strings.Repeat("k", 129)}, 400, "request-invalid", "header:Idempotency-Key"},
		"no If-Match":          {"PUT", one, []string{"If-Match", ""}, 428, "etag-missing", "header:If-Match"},
		"an id that is none":   {"PUT", "/api/things/7", nil, 400, "request-invalid", "path:id"},
		"a limit beyond":       {"POST", "/api/things?limit=201", nil, 400, "request-invalid", "query:limit"},
		"a limit that is none": {"POST", "/api/things?limit=x", nil, 400, "request-invalid", "query:limit"},
	} {
		w := call(h, c.method, c.path, `{"name":"a"}`, c.headers...)
		require.NotEqual(t, http.StatusTeapot, w.Code, name)
		p := problemOf(t, w)
		require.Equal(t, []any{c.status, c.code, []string{c.pointer}}, []any{p.Status, p.Code, p.pointers()}, name)
	}
	require.Equal(t, http.StatusNotFound, call(h, http.MethodGet, "/api/nothing", "").Code)
	require.Equal(t, http.StatusMethodNotAllowed, call(h, http.MethodDelete, one, "").Code)
	require.Equal(t, http.StatusTeapot, call(h, http.MethodPost, "/api/things?limit=200", `{"name":"a","on":"2012-02-29"}`, "Content-Type", "application/json; charset=utf-8").Code)
}

// TestABodyIsReadOnce shows that validator and handler see the same bytes, and that a file reaches its reader
// unjudged.
func TestABodyIsReadOnce(t *testing.T) {
	t.Parallel()
	h := engine(t, func(c *gin.Context) {
		media, body := httpx.Body(c)
		again, err := io.ReadAll(c.Request.Body)
		require.NoError(t, err)
		if c.Request.Method == http.MethodPut {
			require.Equal(t, string(body), string(again))
		}
		c.String(http.StatusOK, media+" "+string(body))
	})
	require.Equal(t, `application/json {"name":"a"}`, call(h, http.MethodPut, one, `{"name":"a"}`).Body.String())
	require.Equal(t, "text/csv {\xff", call(h, http.MethodPut, one, "{\xff", "Content-Type", "text/csv").Body.String())
	require.Equal(t, workbook+" PK\x03\x04\x00\xff more than ten", call(h, http.MethodPut, one, "PK\x03\x04\x00\xff more than ten", "Content-Type", workbook).Body.String())
	require.Equal(t, " ", call(h, http.MethodGet, one, "ignored").Body.String())
}

func TestAProblemHasAtMostAThousandFields(t *testing.T) {
	t.Parallel()
	body := `{"name":"a","list":[2` + strings.Repeat(",2", 2999) + `]}`
	p := problemOf(t, call(engine(t, unreachable), http.MethodPost, "/api/things", body))
	require.Equal(t, 422, p.Status)
	require.Len(t, p.Errors, 1000)
}

func TestMassAssign(t *testing.T) {
	t.Parallel()
	h := engine(t, unreachable)
	for _, field := range []string{"id", "state", "version", "administration", "__proto__"} {
		p := problemOf(t, call(h, http.MethodPost, "/api/things", `{"name":"a","`+field+`":"1"}`))
		require.Equal(t, []any{400, "request-invalid", []string{"/" + field}}, []any{p.Status, p.Code, p.pointers()})
	}
}

func TestTheLanguageOfAProblem(t *testing.T) {
	t.Parallel()
	h := engine(t, unreachable)
	for accept, title := range map[string]string{"": "Values break the schema", "it": "Valori non conformi allo schema", "it-IT,it;q=0.9,en;q=0.8": "Valori non conformi allo schema",
		"en,it": "Values break the schema", "fr": "Values break the schema"} {
		require.Equal(t, title, problemOf(t, call(h, http.MethodPost, "/api/things", `{}`, "Accept-Language", accept)).Title, accept)
	}
}
