package lsu_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnEntityIsRegisteredReadAndCorrected(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.ministry()
	created := m.send(http.MethodPost, "/entities", entity("E1142", "19"))
	require.Equal(t, http.StatusCreated, created.status, string(created.raw))
	require.Equal(t, base+"/entities/E1142", created.header.Get("Location"))
	require.Equal(t, `"1"`, created.header.Get("ETag"))
	reader := h.as("18", "reader", "pool:read")
	read := reader.send(http.MethodGet, "/entities/E1142", nil)
	require.Equal(t, created.json(t), read.json(t), "every Region reads the national registry")
	require.Equal(t, `"1"`, read.header.Get("ETag"))

	correction := object{"name": "Provincia di Siracusa", "kind": "PROVINCIA"}
	corrected := m.send(http.MethodPut, "/entities/E1142", correction, "If-Match", `"1"`)
	require.Equal(t, http.StatusOK, corrected.status, string(corrected.raw))
	require.Equal(t, `"2"`, corrected.header.Get("ETag"))
	read = reader.send(http.MethodGet, "/entities/E1142", nil)
	require.Equal(t, corrected.json(t), read.json(t))
	require.Equal(t, "Provincia di Siracusa", read.json(t)["name"])
	require.Equal(t, "19", read.json(t)["region"], "its Region stays")

	stale := m.send(http.MethodPut, "/entities/E1142", correction, "If-Match", `"1"`)
	require.Equal(t, "etag-stale", stale.code(t))
	require.Equal(t, http.StatusNotFound, m.send(http.MethodPut, "/entities/E9", correction, "If-Match", `"1"`).status)
	require.Equal(t, http.StatusNotFound, reader.send(http.MethodGet, "/entities/E9", nil).status)
	require.Equal(t, 1, h.Audited("entity.registered", "entity/E1142"))
	require.Equal(t, 1, h.Audited("entity.corrected", "entity/E1142"))
	require.Equal(t, []string{"*1", "*2"}, h.column("select administration || (data->>'version') from outbox where type like 'it.w2w.lsu.entity.%' order by id"))
}

func TestAnEntityThatIsNotInOrderIsRefused(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.ministry()
	m.post("/entities", entity("E1", "18"))
	for name, c := range map[string]struct {
		by      caller
		body    object
		status  int
		code    string
		pointer string
	}{
		"a reference twice":       {m, entity("E1", "19"), http.StatusConflict, "already-exists", "/entity_ref"},
		"an unknown Region":       {m, entity("E2", "77"), http.StatusUnprocessableEntity, "rule-violated", "/region"},
		"the Ministry's code":     {m, entity("E2", "MLPS"), http.StatusUnprocessableEntity, "rule-violated", "/region"},
		"a reference with spaces": {m, entity("E 2", "18"), http.StatusUnprocessableEntity, "schema-invalid", "/entity_ref"},
		"a Region's own client":   {h.as("18", "region"), entity("E2", "18"), http.StatusForbidden, "scope-missing", ""},
		"without the scope":       {h.as("*", "inps", "pool:read", "inps:exchange"), entity("E2", "18"), http.StatusForbidden, "scope-missing", ""},
	} {
		a := c.by.send(http.MethodPost, "/entities", c.body)
		require.Equal(t, c.status, a.status, "%s: %s", name, a.raw)
		require.Equal(t, c.code, a.code(t), name)
		if c.pointer != "" {
			require.Equal(t, c.pointer, a.json(t)["errors"].([]any)[0].(object)["pointer"], name)
		}
	}
	refused := h.as("18", "region").send(http.MethodPut, "/entities/E1", object{"name": "X", "kind": "X"}, "If-Match", `"1"`)
	require.Equal(t, "scope-missing", refused.code(t))
	require.Equal(t, []string{"E1"}, h.column("select entity_ref from entities where version = 1"))
	require.Len(t, h.column("select type from outbox"), 1)
}

// TestAnEntityMayLieWhereverThereIsARegionOrAPool takes Regions without a pool too: a pool may come.
func TestAnEntityMayLieWhereverThereIsARegionOrAPool(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.ministry()
	for i, region := range []string{"03", "18", "P21"} {
		m.post("/entities", entity(fmt.Sprintf("E%d", i), region))
	}
	require.Equal(t, http.StatusUnprocessableEntity, m.send(http.MethodPost, "/entities", entity("E9", "ZZ")).status)
	m.post("/parameters", object{"key": "pool.regions", "value": []string{"18", "ZZ"}, "valid_from": "2000-01-01", "legal_ref": "DM 1/2000", "act": "DM 1/2000"})
	m.post("/entities", entity("E9", "ZZ"))
}

func TestTheRegistryIsListedByReference(t *testing.T) {
	t.Parallel()
	h := open(t)
	list := []object{entity("E-b", "18"), entity("E-a", "19"), entity("E-d", "18"), entity("E-c", "18")}
	list[2]["kind"] = "PROVINCIA"
	h.ministry().accepted("/entity-intakes", list)
	reader := h.as("18", "reader", "pool:read")
	refs := func(path string) (out []string, next string) {
		page := reader.send(http.MethodGet, path, nil).json(t)
		for _, e := range page["items"].([]any) {
			out = append(out, e.(object)["entity_ref"].(string))
		}
		return out, page["next_cursor"].(string)
	}
	for query, want := range map[string][]string{"": {"E-a", "E-b", "E-c", "E-d"}, "?region=18": {"E-b", "E-c", "E-d"}, "?region=18&kind=COMUNE": {"E-b", "E-c"}, "?region=03": nil} {
		got, next := refs("/entities" + query)
		require.Equal(t, want, got, query)
		require.Empty(t, next)
	}
	first, next := refs("/entities?limit=3")
	second, _ := refs("/entities?limit=3&cursor=" + next)
	require.Equal(t, []string{"E-a", "E-b", "E-c", "E-d"}, append(first, second...))
	table := reader.send(http.MethodGet, "/entities", nil, "Accept", csvMedia)
	require.Len(t, strings.Split(strings.TrimSpace(string(table.raw)), "\n"), 5)
	require.Equal(t, http.StatusForbidden, h.as("18", "other", "events:read").send(http.MethodGet, "/entities", nil).status)
}

func TestEachRowOfAListOfEntitiesHasItsVerdict(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.ministry()
	m.post("/entities", entity("E0", "18"))
	list := []object{entity("E1", "18"), entity("E0", "18"), entity("E1", "19"), entity("E2", "77"), entity("E2", "19")}
	want := []string{"ACCEPTED", "ENTITY_DUPLICATE", "ENTITY_DUPLICATE", "REGION_UNKNOWN", "ACCEPTED"}
	judged := m.intake("/entity-intakes", list)
	require.Equal(t, want, verdicts(judged))
	require.Equal(t, []string{"entity/E1", "entity/E2"}, h.column("select subject from outbox where type = 'it.w2w.lsu.entity.registered.v1' and subject <> 'entity/E0' order by id"))

	file := m.file("/entity-intakes", ndjsonMedia, `{"entity_ref":"E3","name":"Comune di prova","region":"18","kind":"COMUNE"}`+"\n\n{\"entity_ref\":\"E4\"}\n[]\n")
	require.Equal(t, []string{"ACCEPTED", "UNREAD", "UNREAD"}, verdicts(file.json(t)))
	rows := file.json(t)["rows"].([]any)
	require.EqualValues(t, 3, rows[1].(object)["line"], "a blank line is counted as a line, not as a row")
	require.EqualValues(t, 2, rows[1].(object)["row"])
	require.Equal(t, http.StatusForbidden, h.as("18", "region").file("/entity-intakes", ndjsonMedia, "{}").status)
	require.Equal(t, http.StatusBadRequest, m.file("/entity-intakes", csvMedia, "name,kind\nX,Y\n").status)
	require.Equal(t, http.StatusUnprocessableEntity, m.send(http.MethodPost, "/entity-intakes", object{"items": []object{{"entity_ref": "E5"}}}).status, "the contract checks JSON")
}

func TestEntitiesRegisteredAtOnceAreRegisteredOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	var list []object
	for n := range 50 {
		list = append(list, entity(fmt.Sprintf("E%d", n), "18"))
	}
	statuses := make([]int, 8)
	var all sync.WaitGroup
	for i := range statuses {
		all.Go(func() {
			if i%2 == 0 {
				statuses[i] = h.ministry().send(http.MethodPost, "/entity-intakes", object{"items": list}).status
			} else {
				statuses[i] = h.ministry().send(http.MethodPost, "/entities", list[49-i]).status
			}
		})
	}
	all.Wait()
	for i, status := range statuses {
		if i%2 == 0 {
			require.Equal(t, http.StatusCreated, status, "an entity that came meanwhile stops no list")
		} else {
			require.Contains(t, []int{http.StatusCreated, http.StatusConflict}, status)
		}
	}
	require.Len(t, h.column("select subject from outbox where type = 'it.w2w.lsu.entity.registered.v1'"), 50)
}
