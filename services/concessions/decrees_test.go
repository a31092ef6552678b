package concessions_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/feed"
)

var taxCodes = []string{"RSSMRA85T10A562S", "MRTMTT91D08F205J", "RSSMRA80A01H501U", "RSSMRA80A01H50MM"}

// of is an application of an employer with one worker for each tax code.
func of(name, taxCode string, workers ...string) func(o object) {
	return func(o object) {
		o["employer"].(object)["name"], o["employer"].(object)["tax_code"] = name, taxCode
		var list []object
		for _, w := range workers {
			list = append(list, worker(w))
		}
		o["workers"] = list
	}
}

// decree commits the applications for a day and decrees them.
func (h *house) decree(number, on string, ids ...string) answer {
	h.t.Helper()
	c := h.as("03", "office")
	for _, id := range ids {
		c.post("/applications/"+id+"/commitment", object{"decree_date": on})
	}
	return c.send(http.MethodPost, "/decrees", object{"number": number, "decree_date": on, "signatory": "Dirigente", "application_ids": ids})
}

func made(t *testing.T, a answer) string {
	t.Helper()
	require.Equal(t, http.StatusCreated, a.status, string(a.raw))
	return a.json(t)["id"].(string)
}

// hashed is the hash of a decree's JSON as the contract describes it, by other means than the service's.
func hashed(t *testing.T, decree object) string {
	t.Helper()
	for _, later := range []string{"content_sha256", "ended_count", "ended_cents", "published_on", "publication_act"} {
		delete(decree, later)
	}
	for _, a := range decree["applications"].([]any) {
		delete(a.(object), "ended")
	}
	var canonical bytes.Buffer
	enc := json.NewEncoder(&canonical) // names sorted, whole numbers: the form of RFC 8785 but for the new line
	enc.SetEscapeHTML(false)
	require.NoError(t, enc.Encode(decree))
	sum := sha256.Sum256(bytes.TrimSpace(canonical.Bytes()))
	return hex.EncodeToString(sum[:])
}

func TestADecreeIsDataAndPaper(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.assign("03", 500000)
	id := h.granted("03", "A1", of("Società <Caffè> & Più", "12345678903", taxCodes[:2]...))
	decree := made(t, h.decree("D1", "2010-05-05", id))
	c := h.as("03", "office")
	data := c.send(http.MethodGet, "/decrees/"+decree, nil).json(t)
	require.Equal(t, []any{1.0, 2.0, 150.0, 76104.0, 53273.0, 22831.0}, []any{data["application_count"], data["workers"], data["hours"],
		data["committed_cents"], data["state_cents"], data["regional_cents"]})
	granted := data["applications"].([]any)[0].(object)
	require.Equal(t, []any{"A1", "12345678903", "Società <Caffè> & Più", "CIG_DEROGA", "I_CONCESSIONE", "2010-04-01", "2010-04-30"},
		[]any{granted["application_ref"], granted["employer_tax_code"], granted["employer_name"], granted["instrument"], granted["concession_type"],
			granted["period_from"], granted["period_to"]})
	require.NotContains(t, granted, "ended")
	hash := data["content_sha256"]
	require.Equal(t, hashed(t, data), hash)
	paper := c.send(http.MethodGet, "/decrees/"+decree, nil, "Accept", "application/pdf")
	require.Equal(t, []any{http.StatusOK, "application/pdf"}, []any{paper.status, paper.header.Get("Content-Type")})
	require.True(t, bytes.HasPrefix(paper.raw, []byte("%PDF-")))
	again := c.send(http.MethodGet, "/decrees/"+decree, nil, "Accept", "application/pdf, application/json;q=0.5")
	require.Equal(t, paper.raw, again.raw, "the same bytes")
	require.NotContains(t, string(paper.raw), taxCodes[0])
	refused := c.send(http.MethodGet, "/decrees/"+decree, nil, "Accept", "image/png")
	require.Equal(t, []any{http.StatusNotAcceptable, "not-acceptable"}, []any{refused.status, refused.code(t)})
	require.Equal(t, http.StatusNotFound, h.as("07", "stranger").send(http.MethodGet, "/decrees/"+decree, nil, "Accept", "application/pdf").status)
	listed := c.send(http.MethodGet, "/decrees", nil).json(t)["items"].([]any)[0].(object)
	require.Equal(t, []any{1.0, 76104.0}, []any{listed["application_count"], listed["committed_cents"]}, "the list says what the decree says")
}

func TestThePublicationNamesNoPerson(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.assign("03", 1000000)
	sole := of("Bianchi Lucia", "00743110157", "RSSMRA80A01H501U", "RSSMRA80A01H50MM", "VRDGPP70B12F205A")
	ids := []string{h.granted("03", "A1", of("=Molino Più S.r.l.", "12345678903", taxCodes[0])), h.granted("03", "A2", sole)}
	h.AsOwner("update applications set employer_tax_code = $2, employer = employer || jsonb_build_object('tax_code', $2::text) where id = $1", ids[1], "BNCLCU80A41F205X")
	decree := made(t, h.decree("D1", "2010-05-05", ids...))
	c := h.as("03", "office")
	at := "/decrees/" + decree + "/publication"
	first := c.send(http.MethodGet, at, nil).json(t)
	require.Equal(t, []any{1.0, 38052.0, 100000.0}, []any{first["unlisted_count"], first["unlisted_cents"], first["threshold_cents"]}, "380,52 euros are counted, not listed")
	items := first["items"].([]any)
	require.Len(t, items, 1)
	require.Equal(t, object{"decree_number": "D1", "decree_date": "2010-05-05", "named": false, "instrument": "CIG_DEROGA",
		"committed_cents": 114156.0, "state_cents": 79909.0, "regional_cents": 34247.0}, items[0])
	more := h.granted("03", "A3", of("=Molino Più S.r.l.", "12345678903", taxCodes[1], "BNCMRA75C12F205Q"))
	second := made(t, h.decree("D2", "2010-05-06", more))
	over := c.send(http.MethodGet, "/decrees/"+second+"/publication", nil).json(t)
	require.Equal(t, "=Molino Più S.r.l.", over["items"].([]any)[0].(object)["employer_name"], "with the first grant it exceeds 1,000 euros in the year")
	require.Empty(t, c.send(http.MethodGet, at, nil).json(t)["items"].([]any)[0].(object)["employer_name"], "the earlier one stays as it was")
	table := c.send(http.MethodGet, "/decrees/"+second+"/publication", nil, "Accept", "text/csv")
	rows, err := csv.NewReader(bytes.NewReader(table.raw)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"D2", "2010-05-06", "true", "'=Molino Più S.r.l.", "12345678903", "CIG_DEROGA", "76104", "53273", "22831", ""}, rows[1])
	require.True(t, bytes.HasPrefix(c.send(http.MethodGet, at, nil, "Accept", "application/pdf").raw, []byte("%PDF-")))
	for _, form := range []string{"application/json", "text/csv"} {
		raw := string(c.send(http.MethodGet, at, nil, "Accept", form).raw)
		for _, personal := range []string{"Bianchi", "BNCLCU80A41F205X", "Xawu", "RSSMRA80A01H501U"} {
			require.NotContains(t, raw, personal, form)
		}
	}
}

func TestADecreeIsPublishedOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, decree := h.decreed()
	c := h.as("03", "office")
	at := "/decrees/" + decree + "/publication"
	hash := c.send(http.MethodGet, "/decrees/"+decree, nil).json(t)["content_sha256"]
	early := c.send(http.MethodPost, at, object{"published_on": "2010-05-04"})
	require.Equal(t, []any{"rule-violated", []any{"/published_on"}}, []any{early.code(t), pointers(t, early)})
	require.Equal(t, http.StatusForbidden, h.as("03", "clerk", "applications:read").send(http.MethodPost, at, object{"published_on": "2010-05-10"}).status)
	require.Equal(t, http.StatusForbidden, h.as("03", "director", "applications:decree").send(http.MethodPost, at, object{"published_on": "2010-05-10"}).status, "a past day")
	require.Equal(t, http.StatusNotFound, h.as("07", "stranger").send(http.MethodPost, at, object{"published_on": "2010-05-10"}).status)
	published := c.post(at, object{"published_on": "2010-05-10", "act": "Albo 12/2010"})
	require.Equal(t, []any{"2010-05-10", "Albo 12/2010"}, []any{published["published_on"], published["publication_act"]})
	data := c.send(http.MethodGet, "/decrees/"+decree, nil).json(t)
	require.Equal(t, []any{"2010-05-10", "Albo 12/2010", hash}, []any{data["published_on"], data["publication_act"], data["content_sha256"]})
	require.Equal(t, "state-conflict", c.send(http.MethodPost, at, object{"published_on": "2010-05-11"}).code(t))
	require.NotZero(t, h.Audited("decree.publish", "%"))
	require.True(t, slices.ContainsFunc(h.Emitted(), func(e feed.CloudEvent) bool { return e.Type == "it.w2w.concessions.decree.published.v1" }))
}

// TestADecreeOfAnotherYearOrShareThanItsMoney: the commitment names plafond and share by the decree's date.
func TestADecreeOfAnotherYearOrShareThanItsMoney(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.assign("03", 100000)
	h.as("*", "ministry").post("/plafonds/assignments", object{"administration": "03", "year": 2011, "family": "CIG_DEROGA", "cents": 100000, "act": "DI 2/2011", "assigned_on": "2011-01-10"})
	c := h.as("03", "office")
	first := h.granted("03", "A1", nil)
	second := h.granted("03", "A2", func(o object) { o["period_from"], o["period_to"] = "2010-06-01", "2010-06-30" })
	c.post("/applications/"+first+"/commitment", object{"decree_date": "2010-12-31"})
	c.post("/applications/"+second+"/commitment", object{"decree_date": "2011-06-30"})
	order := func(on string, ids ...string) object {
		return object{"number": "D" + on, "decree_date": on, "signatory": "Dirigente", "application_ids": ids}
	}
	for on, wrong := range map[string][]any{"2011-01-01": {first}, "2011-07-01": {first, second}, "2010-12-30": {second}} {
		a := c.send(http.MethodPost, "/decrees", order(on, first, second))
		require.Equal(t, []any{http.StatusUnprocessableEntity, "rule-violated", []any{"/decree_date"}, wrong}, []any{a.status, a.code(t), pointers(t, a), a.json(t)["application_ids"]}, on)
	}
	require.Equal(t, "IMPEGNATA", c.send(http.MethodGet, "/applications/"+first, nil).json(t)["state"])
	made(t, c.send(http.MethodPost, "/decrees", order("2010-12-01", first)))
	made(t, c.send(http.MethodPost, "/decrees", order("2011-02-01", second)))
}

func TestTheMinistryDecreesNoRegionsMoney(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.assign("03", 50000)
	id := h.granted("03", "A1", nil)
	h.as("03", "office").post("/applications/"+id+"/commitment", object{"decree_date": "2010-05-05"})
	a := h.as("*", "ministry").send(http.MethodPost, "/decrees", object{"number": "M1", "decree_date": "2010-05-05", "signatory": "D", "application_ids": []string{id}})
	require.Equal(t, []any{http.StatusUnprocessableEntity, "rule-violated", []any{id}}, []any{a.status, a.code(t), a.json(t)["application_ids"]})
}
