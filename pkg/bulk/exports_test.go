package bulk_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"w2w/pkg/bulk"
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
)

const spec = `openapi: 3.0.3
info: {title: Things, version: 1.0.0}
paths:
  /boxes/{box_id}/things:
    parameters: [{name: box_id, in: path, required: true, schema: {type: string}}]
    get:
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 200}}
        - {name: cursor, in: query, schema: {type: string}}
        - {name: colour, in: query, schema: {type: string}}
      responses:
        '200':
          description: things
          content:
            application/json: {schema: {$ref: '#/components/schemas/Page'}}
            text/csv: {schema: {type: string}}
            application/vnd.openxmlformats-officedocument.spreadsheetml.sheet: {schema: {type: string, format: binary}}
components:
  schemas:
    Page: {type: object, properties: {items: {type: array, items: {$ref: '#/components/schemas/Whole'}}, next_cursor: {type: string}}}
    Whole: {allOf: [{$ref: '#/components/schemas/Thing'}, {type: object, properties: {last: {type: boolean}}}]}
    Thing:
      type: object
      properties:
        ref: {type: string}
        cents: {type: integer}
        owner: {type: object, properties: {name: {type: string}, units: {type: array, items: {type: object, properties: {province: {type: string}, comune: {type: string}}}}}}
        codes: {type: array, items: {type: string}}
`

// shop answers a list of n things in pages, and says how each page was asked for.
type shop struct {
	n      int
	asked  []string
	most   int // of rows in the last answer
	failAt int
	onPage func()
}

func (s *shop) handle(c *gin.Context) {
	from, _ := strconv.Atoi(c.Request.URL.Query().Get("cursor"))
	limit, _ := strconv.Atoi(c.Request.URL.Query().Get("limit"))
	s.asked, s.most = append(s.asked, c.Request.URL.RawQuery), bulk.Most(c.Request.Context(), 7)
	if s.failAt > 0 && from >= s.failAt {
		httpx.Problem(c, fault.New(fault.Unavailable, "No.", "No."))
		return
	}
	items, next := []gin.H{}, ""
	for i := from; i < min(from+limit, s.n); i++ {
		items = append(items, gin.H{"last": i == s.n-1, "ref": fmt.Sprintf("=à%d", i), "cents": int64(9007199254740993) + int64(i), "codes": []string{},
			"owner": gin.H{"units": []gin.H{{"province": "MI", "comune": "Milano"}, {"province": "BG"}}}})
	}
	if from+limit < s.n {
		next = strconv.Itoa(from + limit)
	}
	if s.onPage != nil {
		s.onPage()
	}
	c.JSON(http.StatusOK, gin.H{"next_cursor": next, "other": gin.H{"x": []int{1}}, "items": items})
}

func serve(t *testing.T, s *shop, record bulk.Recorder) http.Handler {
	t.Helper()
	contract, err := httpx.NewContract([]byte(spec), "/v1")
	require.NoError(t, err)
	exports, err := bulk.NewExports(contract, record)
	require.NoError(t, err)
	e := gin.New()
	e.Group("/v1", contract.Middleware(), exports.Middleware()).GET("/boxes/:box_id/things", s.handle)
	return e
}

func unrecorded() bulk.Recorder { return func(context.Context, bulk.Export) error { return nil } }

func get(h http.Handler, query, accept string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/v1/boxes/7/things"+query, nil)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAnExportIsTheWholeList(t *testing.T) {
	t.Parallel()
	s := &shop{n: 450}
	var seen []bulk.Export
	h := serve(t, s, func(_ context.Context, e bulk.Export) error { seen = append(seen, e); return nil })
	w := get(h, "?colour=red", bulk.MediaCSV)
	require.Equal(t, []any{200, bulk.MediaCSV, `attachment; filename="things.csv"`}, []any{w.Code, w.Header().Get("Content-Type"), w.Header().Get("Content-Disposition")})
	require.Equal(t, []string{"colour=red&limit=200", "colour=red&cursor=200&limit=200", "colour=red&cursor=400&limit=200"}, s.asked)
	rows, err := csv.NewReader(w.Body).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 451)
	require.Equal(t, []string{"ref", "cents", "owner.name", "owner.units.province", "owner.units.comune", "codes", "last"}, rows[0], "in the order of the contract")
	require.Equal(t, []string{"'=à0", "9007199254740993", "", "MI;BG", "Milano;", "", "false"}, rows[1])
	require.Equal(t, []string{"'=à449", "9007199254741442", "", "MI;BG", "Milano;", "", "true"}, rows[450])
	require.Equal(t, []bulk.Export{{Path: "/v1/boxes/7/things", Query: "colour=red", Media: bulk.MediaCSV, Rows: 450}}, seen)
	book := opened(t, get(h, "", bulk.MediaXLSX).Body.Bytes())
	require.Len(t, book, 451)
	require.Equal(t, "=à449", book[450][0])
}

func TestAHandlerKnowsHowManyRowsItMayAnswer(t *testing.T) {
	t.Parallel()
	s := &shop{n: 3}
	h := serve(t, s, unrecorded())
	require.Equal(t, http.StatusOK, get(h, "?limit=2", "application/json").Code)
	require.Equal(t, 7, s.most)
	require.Equal(t, http.StatusOK, get(h, "", bulk.MediaCSV).Code)
	require.Equal(t, 100_000, s.most)
}

func TestWhatIsNoExport(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		shop          shop
		query, accept string
		status        int
		media         string
	}{
		"JSON":                      {shop{n: 5}, "?limit=2", "application/json", 200, "application/json; charset=utf-8"},
		"anything":                  {shop{n: 5}, "?limit=2", "*/*", 200, "application/json; charset=utf-8"},
		"JSON better":               {shop{n: 5}, "?limit=2", "text/csv;q=0.5, application/json", 200, "application/json; charset=utf-8"},
		"a form that it has not":    {shop{n: 5}, "", "text/html", 406, "application/problem+json"},
		"a page of an export":       {shop{n: 5}, "?limit=2", "text/csv", 400, "application/problem+json"},
		"a page that fails":         {shop{n: 900, failAt: 400}, "", "text/csv", 503, "application/problem+json"},
		"more rows than a file has": {shop{n: 100001}, "", "text/csv", 422, "application/problem+json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := get(serve(t, &x.shop, unrecorded()), x.query, x.accept)
			require.Equal(t, []any{x.status, x.media}, []any{w.Code, w.Header().Get("Content-Type")}, w.Body.String()[:min(300, w.Body.Len())])
		})
	}
	w := get(serve(t, &shop{n: 5}, func(context.Context, bulk.Export) error { return errors.New("no record") }), "", bulk.MediaCSV)
	require.Equal(t, http.StatusInternalServerError, w.Code, "what is not recorded is not handed out")
	require.NotContains(t, w.Body.String(), "MI")
}

// TestTheMemoryOfAnExportIsFlat measures what is alive at each page: the rows are not kept, but for their
// compressed form.
func TestTheMemoryOfAnExportIsFlat(t *testing.T) {
	var highest [2]uint64
	for i, n := range []int{2_000, 60_000} {
		s := &shop{n: n}
		pages := 0
		s.onPage = func() {
			if pages++; pages%5 != 0 {
				return
			}
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			highest[i] = max(highest[i], m.HeapAlloc)
		}
		for _, media := range []string{bulk.MediaCSV, bulk.MediaXLSX} {
			require.Equal(t, http.StatusOK, get(serve(t, s, unrecorded()), "", media).Code)
		}
		require.NotZero(t, highest[i])
	}
	require.Less(t, highest[1], highest[0]+6<<20)
}
