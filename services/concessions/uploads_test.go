package concessions_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	csvMedia    = "text/csv"
	ndjsonMedia = "application/x-ndjson"
)

func TestAListIsReplacedAndAddedTo(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.as("03", "office")
	path := c.draft("A1", worker(taxCode(9)))
	replaced := c.upload(http.MethodPut, path, csvMedia, columns+line("", taxCode(1))+line("", "RSSMRA85T10A562X")+line("7", taxCode(2)))
	require.Equal(t, []any{http.StatusOK, `"2"`}, []any{replaced.status, replaced.header.Get("ETag")}, string(replaced.raw))
	require.Equal(t, []string{"7 ACCEPTED", "8 ACCEPTED", "9 REJECTED tax_code:CF_INVALID"}, verdicts(replaced.json(t)),
		"lines without a number come after those with one")
	added := c.upload(http.MethodPost, path, ndjsonMedia, ndjson(taxCode(3))+strings.Replace(ndjson(taxCode(4)), "{", `{"row":9,`, 1))
	require.Equal(t, []any{http.StatusCreated, `"3"`}, []any{added.status, added.header.Get("ETag")}, string(added.raw))
	require.Equal(t, []string{"7 ACCEPTED", "8 ACCEPTED", "9 ACCEPTED", "10 ACCEPTED"}, verdicts(added.json(t)))
	again := c.upload(http.MethodPost, path, "application/json", `{"items":[`+strings.TrimSpace(ndjson(taxCode(4)))+`]}`)
	require.Equal(t, "11 REJECTED tax_code:DUPLICATE", verdicts(again.json(t))[4])
	removed := c.send(http.MethodDelete, path+"/workers/9", nil, "If-Match", `"4"`)
	require.Equal(t, []any{http.StatusNoContent, `"5"`, 0}, []any{removed.status, removed.header.Get("ETag"), len(removed.raw)})
	list := c.send(http.MethodGet, path+"/workers", nil).json(t)["items"].([]any)
	require.Len(t, list, 4)
	require.Equal(t, []any{11.0, "ACCEPTED", taxCode(4)}, []any{list[3].(object)["row"], list[3].(object)["verdict"], list[3].(object)["tax_code"]},
		"the other was taken out: no duplicate any more")
	require.Equal(t, http.StatusNotFound, c.send(http.MethodDelete, path+"/workers/9", nil, "If-Match", `"5"`).status)
	require.Equal(t, http.StatusPreconditionRequired, c.send(http.MethodDelete, path+"/workers/8", nil).status)
	require.Equal(t, http.StatusPreconditionFailed, c.send(http.MethodDelete, path+"/workers/8", nil, "If-Match", `"4"`).status)
	require.Equal(t, http.StatusBadRequest, c.send(http.MethodDelete, path+"/workers/0", nil, "If-Match", `"5"`).status)
	require.Empty(t, c.upload(http.MethodPut, path, csvMedia, columns).json(t)["rows"], "a header alone is an empty list")
}

// TestUnreadRowsWaitForTheirCorrection sends a file with bad lines, takes back what failed, corrects it and
// sends it again: nobody is lost on the way.
func TestUnreadRowsWaitForTheirCorrection(t *testing.T) {
	t.Parallel()
	c := open(t).as("03", "office")
	path := c.draft("A1")
	bad := strings.Replace(line("", taxCode(2)), "2005-01-10", "10/01/2005", 1)
	sent := c.upload(http.MethodPut, path, csvMedia, columns+line("", taxCode(1))+bad+"3,"+taxCode(3)+",short\n"+line("", "-1+1")+line("1", taxCode(4))+line("1", taxCode(5)))
	require.Equal(t, []string{"1 ACCEPTED", "4 ACCEPTED", "6 REJECTED tax_code:CF_INVALID", "3 UNREAD :form", "5 UNREAD hired_on:format", "7 UNREAD row:row-taken"}, verdicts(sent.json(t)))
	require.Equal(t, []any{4.0, 3.0, 7.0}, each(sent.json(t)["unread"], "line"), "lines of the file, in the order of the rows")
	state := c.send(http.MethodGet, path, nil).json(t)
	require.Equal(t, []any{2.0, 1.0, 3.0}, []any{state["accepted_workers"], state["rejected_workers"], state["unread_workers"]}, "those who fail stop nobody")
	blocked := c.send(http.MethodPost, path+"/transitions", object{"event": "PRESENTA"}, "If-Match", `"2"`)
	require.Equal(t, []any{http.StatusConflict, "state-conflict", 3.0}, []any{blocked.status, blocked.code(t), blocked.json(t)["unread_rows"]})

	failed := c.send(http.MethodGet, path+"/failed-rows", nil).json(t)["items"].([]any)
	require.Equal(t, []any{3.0, 5.0, 6.0, 7.0}, each(failed, "row"))
	require.Equal(t, "10/01/2005", failed[1].(object)["values"].(object)["hired_on"], "as it was sent")
	require.Equal(t, taxCode(5), failed[3].(object)["values"].(object)["tax_code"])
	file := c.send(http.MethodGet, path+"/failed-rows", nil, "Accept", csvMedia)
	require.Equal(t, csvMedia, file.header.Get("Content-Type"))
	require.Contains(t, string(file.raw), "'-1+1", "no formula for a spreadsheet")
	require.Contains(t, string(file.raw), ",form,")

	healed := strings.NewReplacer("10/01/2005", "2005-01-10", "'-1+1", taxCode(6),
		"short,,,,,,,,,", "Xawu,Yoli,OPERAIO,TEMPO_INDETERMINATO,40,2005-01-10,148458,75,0,true").Replace(string(file.raw))
	sentAgain := c.upload(http.MethodPost, path, csvMedia, healed)
	require.Equal(t, []string{"1 ACCEPTED", "3 ACCEPTED", "4 ACCEPTED", "5 ACCEPTED", "6 ACCEPTED", "7 ACCEPTED"}, verdicts(sentAgain.json(t)), healed)
	require.Empty(t, c.send(http.MethodGet, path+"/failed-rows", nil).json(t)["items"])
	filed := c.post(path+"/transitions", object{"event": "PRESENTA"}, "If-Match", `"3"`)
	require.Equal(t, []any{"PRESENTATA", 6.0, 0.0}, []any{filed["state"], filed["accepted_workers"], filed["unread_workers"]})
}

func each(list any, field string) (out []any) {
	items, _ := list.([]any)
	for _, x := range items {
		out = append(out, x.(object)[field])
	}
	return out
}

func TestAnUnreadRowCanBeTakenOut(t *testing.T) {
	t.Parallel()
	c := open(t).as("03", "office")
	path := c.draft("A1", worker(taxCode(1)))
	require.Equal(t, []string{"1 ACCEPTED", "2 UNREAD :form", "3 UNREAD :form", "4 UNREAD :nullable"},
		verdicts(c.upload(http.MethodPost, path, ndjsonMedia, "{\"row\":\nAB,1\n\nnull\n").json(t)))
	for i, row := range []string{"2", "3", "4"} {
		require.Equal(t, http.StatusNoContent, c.send(http.MethodDelete, path+"/workers/"+row, nil, "If-Match", fmt.Sprintf(`"%d"`, i+2)).status)
	}
	require.Equal(t, "PRESENTATA", c.post(path+"/transitions", object{"event": "PRESENTA"}, "If-Match", `"5"`)["state"])
}

// TestALineThatFailsAgainKeepsItsPlace: a correction that can't be read takes the place of the row it names.
func TestALineThatFailsAgainKeepsItsPlace(t *testing.T) {
	t.Parallel()
	c := open(t).as("03", "office")
	path := c.draft("A1")
	good := strings.TrimSpace(ndjson(taxCode(1)))
	for sent, want := range map[string]string{
		"": "1 UNREAD :form",
		strings.Replace(good, "{", `{"row":1,"row":1,`, 1):       "1 UNREAD row:json",
		strings.Replace(good, "{", `{"row":1,"colour":2,`, 1):    "1 UNREAD :unknown",
		strings.Replace(good, "{", `{"row":1,"Row":5,`, 1):       "1 UNREAD :unknown",
		strings.Replace(good, `{`, `{"row":"1",`, 1):             "1 UNREAD row:type",
		strings.Replace(good, `{`, `{"row":20001,`, 1):           "1 UNREAD row:maximum",
		strings.Replace(good, `40,`, `40.0,`, 1):                 "1 UNREAD weekly_hours:type",
		strings.Replace(good, `40,`, `40.5,`, 1):                 "1 UNREAD weekly_hours:type",
		strings.Replace(good, `"did":true`, `"did":"si"`, 1):     "1 UNREAD did:type",
		strings.Replace(good, `148458`, `10000001`, 1):           "1 UNREAD monthly_gross_pay_cents:maximum",
		strings.Replace(good, `"Xawu"`, `"Xa\u0000wu"`, 1):       "1 UNREAD family_name:nul",
		strings.Replace(good, `"2005-01-10"`, `"2005-02-30"`, 1): "1 UNREAD hired_on:format",
	} {
		if sent == "" {
			sent = "broken"
		}
		require.Equal(t, []string{want}, verdicts(c.upload(http.MethodPut, path, ndjsonMedia, sent).json(t)), sent)
	}
	c.upload(http.MethodPut, path, csvMedia, columns+line("", taxCode(1))+line("", taxCode(2)))
	require.Equal(t, []string{"1 ACCEPTED", "2 UNREAD :form"}, verdicts(c.upload(http.MethodPost, path, csvMedia, columns+"2,"+taxCode(2)+"\n").json(t)))
	require.Equal(t, []string{"1 ACCEPTED", "2 ACCEPTED"}, verdicts(c.upload(http.MethodPost, path, csvMedia, columns+line("2", taxCode(3))).json(t)))
}

func TestAFileThatIsNoneChangesNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.as("03", "office")
	path := c.draft("A1", worker(taxCode(1)))
	twice := `{"items":[` + strings.Replace(strings.TrimSpace(ndjson(taxCode(1))), "{", `{"row":4,`, 1) + `,` + strings.Replace(strings.TrimSpace(ndjson(taxCode(2))), "{", `{"row":4,`, 1) + `]}`
	for name, x := range map[string]struct {
		media, body string
		status      int
		pointer     string
	}{
		"a missing column":   {csvMedia, strings.Replace(columns, "did", "codes", 1), 400, "column:did"},
		"another column":     {csvMedia, "colour," + columns, 400, "column:1"},
		"semicolons":         {csvMedia, strings.ReplaceAll(columns+line("", taxCode(1)), ",", ";"), 400, "line:1"},
		"tabs":               {csvMedia, strings.ReplaceAll(columns+line("", taxCode(1)), ",", "\t"), 400, "line:1"},
		"an open quote":      {csvMedia, columns + "\"" + line("", taxCode(1)), 400, "line:2"},
		"Latin-1":            {csvMedia, columns + line("", taxCode(1)) + strings.Replace(line("", taxCode(2)), "Yoli", "Nicol\xf2", 1), 400, "line:3"},
		"NUL":                {ndjsonMedia, ndjson(taxCode(1)) + "\x00", 400, "line:2"},
		"no line at all":     {ndjsonMedia, "\n\n", 400, "line:1"},
		"another media type": {"application/xml", "<a/>", 415, "header:Content-Type"},
		"JSON that is none":  {"application/json", "{", 400, ""},
		"a number twice":     {"application/json", twice, 422, "/items/1/row"},
		"20,001 lines":       {csvMedia, columns + strings.Repeat(line("", "X"), 20_001), 422, "line:20002"},
		"a number too high":  {csvMedia, columns + line("20000", taxCode(1)) + line("", taxCode(2)), 422, "/items"},
	} {
		for _, method := range []string{http.MethodPut, http.MethodPost} {
			a := c.send(method, path+"/workers", []byte(x.body), "Content-Type", x.media, "If-Match", `"1"`)
			require.Equal(t, x.status, a.status, "%s: %.300s", name, a.raw)
			require.Equal(t, []any{x.pointer}, pointers(t, a), name)
		}
	}
	require.Equal(t, http.StatusForbidden, h.as("03", "reader", "applications:read").send(http.MethodPut, path+"/workers", []byte("rubbish"), "Content-Type", csvMedia, "If-Match", `"1"`).status)
	require.Equal(t, `"1"`, c.version(path))
	require.Len(t, c.send(http.MethodGet, path+"/workers", nil).json(t)["items"], 1)
}

// TestHowLongAListMayBe: 5,000 rows as JSON, more of them as a file.
func TestHowLongAListMayBe(t *testing.T) {
	t.Parallel()
	c := open(t).as("03", "office")
	path := c.draft("A1")
	list := func(n int) object {
		items := make([]object, n)
		for i := range items {
			items[i] = worker(taxCode(i))
		}
		return object{"items": items}
	}
	over := c.send(http.MethodPut, path+"/workers", list(5001), "If-Match", `"1"`)
	require.Equal(t, []any{http.StatusUnprocessableEntity, []any{"/items"}}, []any{over.status, pointers(t, over)})
	require.Len(t, c.send(http.MethodPut, path+"/workers", list(5000), "If-Match", `"1"`).json(t)["rows"], 5000)
	var file strings.Builder
	file.WriteString(columns)
	for i := range 12_000 {
		file.WriteString(line("", taxCode(i)))
	}
	large := c.upload(http.MethodPut, path, csvMedia, file.String())
	require.Equal(t, http.StatusOK, large.status, "%.300s", large.raw)
	require.Equal(t, []any{12_000.0, 0.0, 12_000.0 * 38052}, []any{large.json(t)["application"].(object)["accepted_workers"],
		large.json(t)["application"].(object)["rejected_workers"], large.json(t)["application"].(object)["estimate_cents"]})
	filed := c.post(path+"/transitions", object{"event": "PRESENTA"}, "If-Match", `"3"`)
	require.Equal(t, 12_000.0, filed["accepted_workers"])
}

func TestAFormatThatIsNotOfferedIs406(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.as("03", "office")
	path := c.draft("A1", worker("wrong"))
	refused := c.send(http.MethodGet, path+"/failed-rows", nil, "Accept", "application/pdf")
	require.Equal(t, []any{http.StatusNotAcceptable, "not-acceptable"}, []any{refused.status, refused.code(t)})
	require.Zero(t, h.Audited("failed-rows.read", "%"), "nobody has looked")
	require.Equal(t, http.StatusOK, c.send(http.MethodGet, path+"/failed-rows", nil, "Accept", "text/*").status)
	require.Equal(t, 1, h.Audited("failed-rows.read", "application/"+strings.TrimPrefix(path, "/applications/")))
	require.Equal(t, http.StatusForbidden, h.as("03", "reader", "applications:read").send(http.MethodGet, path+"/failed-rows", nil).status)
	require.Equal(t, http.StatusNotFound, h.as("07", "stranger").send(http.MethodGet, path+"/failed-rows", nil).status)
}

func TestTheExplanationOfARowWithGapsBefore(t *testing.T) {
	t.Parallel()
	c := open(t).as("03", "office")
	path := c.draft("A1")
	half := strings.Replace(line("9", taxCode(2)), ",75,", ",50,", 1)
	c.upload(http.MethodPut, path, csvMedia, columns+line("3", taxCode(1))+half)
	explain := func(row int) answer {
		return c.send(http.MethodGet, fmt.Sprintf("%s/estimate/explanation?row=%d", path, row), nil)
	}
	for row, cents := range map[int]float64{3: 38052, 9: 25368} {
		require.Equal(t, cents, explain(row).json(t)["rounded_cents"], row)
	}
	for _, row := range []int{1, 2, 4, 10} {
		require.Equal(t, http.StatusNotFound, explain(row).status, row)
	}
}
