package lsu_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit"
)

// failing is a list of five workers of whom two can be read and break a rule, and two can't be read.
func failing() string {
	return "worker_ref,tax_code,family_name,given_name,gender,birth_date,region,entity_ref,in_pool_since,weekly_hours\n" +
		"W50," + testkit.TaxCode(50) + ",Xawu,Yoli,F,1960-01-01,18,E18A,1999-01-06,\n" +
		"W51,XAWU,Xawu,Yoli,F,1960-01-01,18,E99,1999-01-06,\n" +
		"W52," + testkit.TaxCode(52) + ",Xawu,Yoli,Q,1960-01-01,18,E18A,1999-01-06,\n" +
		"W53," + testkit.TaxCode(53) + ",Xawu,Yoli,M,1960-01-01,18,E18A\n" +
		"W54," + testkit.TaxCode(54) + ",\"=Xawu, detta \"\"Yoli\"\"\",Yoli,M,1960-01-01,77,E18A,1999-01-06,36\n"
}

func TestFailedRowsComeBackAsTheyWereSent(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	judged := h.ministry().file("/pool-intakes", csvMedia, failing()).json(t)
	require.Equal(t, []string{"ACCEPTED", "CF_INVALID;ENTITY_UNKNOWN", "UNREAD", "UNREAD", "REGION_UNKNOWN"}, verdicts(judged))
	path := intakeOf(judged) + "/failed-rows?purpose=correzione"
	items := h.ministry().send(http.MethodGet, path, nil).json(t)["items"].([]any)
	require.Len(t, items, 4)
	for i, want := range []struct {
		row     float64
		reasons string
		cell    string
		value   string
	}{
		{2, "CF_INVALID:tax_code ENTITY_UNKNOWN:entity_ref", "tax_code", "XAWU"},
		{3, "enum:gender", "gender", "Q"},
		{4, "form:", "tax_code", testkit.TaxCode(53)},
		{5, "REGION_UNKNOWN:region", "family_name", `=Xawu, detta "Yoli"`},
	} {
		row := items[i].(object)
		var reasons []string
		for _, r := range row["reasons"].([]any) {
			reasons = append(reasons, r.(object)["code"].(string)+":"+r.(object)["field"].(string))
		}
		require.Equal(t, want.row, row["row"])
		require.Equal(t, want.reasons, strings.Join(reasons, " "))
		require.Equal(t, want.value, row["values"].(object)[want.cell])
	}
	require.Empty(t, h.column("select reference from failed_rows where encode(sent, 'escape') ~ 'Xawu|80A01' or reasons::text || reference ~ 'Xawu|80A01'"), "sealed at rest")
	require.Equal(t, []string{"", "W51", "W52", "W54"}, h.column("select reference from failed_rows order by reference"), "a line without form has no reference")
}

// TestWhatStandsInThePlaceOfAReferenceIsNotShown sends lines whose cells are shifted by one.
func TestWhatStandsInThePlaceOfAReferenceIsNotShown(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	judged := h.ministry().file("/pool-intakes", csvMedia, strings.Split(failing(), "\n")[0]+"\n"+
		testkit.TaxCode(70)+",Xawu,Yoli,F,1960-01-01,18,E18A,1999-01-06,20,\nXawu Yoli,"+testkit.TaxCode(71)+",Xawu,Yoli,F,1960-01-01,18,E18A,1999-01-06,\n").json(t)
	require.Equal(t, []string{"UNREAD", "UNREAD"}, verdicts(judged))
	for _, row := range judged["rows"].([]any) {
		require.Empty(t, row.(object)["reference"])
	}
	require.Equal(t, []string{"", ""}, h.column("select reference from failed_rows"))
}

func TestACorrectedFileOfFailedRowsIsTaken(t *testing.T) {
	t.Parallel()
	for _, media := range []string{csvMedia, xlsxMedia} {
		t.Run(media, func(t *testing.T) {
			t.Parallel()
			h := open(t).pooled()
			m := h.ministry()
			judged := m.file("/pool-intakes", csvMedia, failing()).json(t)
			file := m.send(http.MethodGet, intakeOf(judged)+"/failed-rows?purpose=correzione", nil, "Accept", media)
			require.Equal(t, media, file.header.Get("Content-Type"))
			again := m.file("/pool-intakes", media, string(file.raw))
			require.Equal(t, http.StatusCreated, again.status, string(again.raw))
			require.Equal(t, []string{"CF_INVALID;ENTITY_UNKNOWN", "UNREAD", "UNREAD", "REGION_UNKNOWN"}, verdicts(again.json(t)), "uncorrected it fails as before")
			corrected := edited(t, media, file.raw, "XAWU", testkit.TaxCode(51), "E99", "E18A", "Q", "F", "77", "18")
			again = m.file("/pool-intakes", media, corrected)
			require.Equal(t, []string{"ACCEPTED", "ACCEPTED", "ACCEPTED", "ACCEPTED"}, verdicts(again.json(t)), string(again.raw))
			require.Equal(t, []string{"36"}, h.column("select weekly_hours::text from workers where worker_ref = 'W54'"))
			require.Len(t, h.column("select worker_ref from workers"), 17)
		})
	}
}

func TestACorrectedFileOfFailedEntitiesIsTaken(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.ministry()
	judged := m.file("/entity-intakes", csvMedia, "entity_ref,name,region,kind\nE1,\"Comune di Prova, frazione\",77,COMUNE\nE2,Comune,18,comune\n").json(t)
	require.Equal(t, []string{"REGION_UNKNOWN", "UNREAD"}, verdicts(judged))
	file := m.send(http.MethodGet, intakeOf(judged)+"/failed-rows?purpose=correzione", nil, "Accept", csvMedia)
	require.True(t, strings.HasPrefix(string(file.raw), "entity_ref,name,region,kind,codes,reasons\n"), string(file.raw))
	again := m.file("/entity-intakes", csvMedia, edited(t, csvMedia, file.raw, "77", "18", "comune", "COMUNE"))
	require.Equal(t, []string{"ACCEPTED", "ACCEPTED"}, verdicts(again.json(t)), string(again.raw))
}

func TestFailedRowsOfJSONComeBackAsCells(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	m := h.ministry()
	judged := m.intake("/pool-intakes", []object{worker(60, "18", "E<99>&", with("weekly_hours", 12))})
	file := m.send(http.MethodGet, intakeOf(judged)+"/failed-rows?purpose=correzione", nil, "Accept", csvMedia)
	line := strings.Split(string(file.raw), "\n")[1]
	require.Equal(t, "W60,"+testkit.TaxCode(60)+",Xawu,Yoli,F,1944-06-15,18,E<99>&,1999-01-06,12,ENTITY_UNKNOWN,entity_ref: L'ente utilizzatore non è nel registro.", line)
}

func TestWhoLooksAtFailedRowsIsRecordedAndSaysWhy(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	path := intakeOf(h.ministry().file("/pool-intakes", csvMedia, failing()).json(t)) + "/failed-rows"
	subject := strings.TrimSuffix(path[len("/intakes/"):], "/failed-rows")
	refused := h.ministry().send(http.MethodGet, path, nil)
	require.Equal(t, "purpose-required", refused.code(t))
	require.Equal(t, 1, h.Audited("failed-rows.refused", "intake/"+subject))
	require.Equal(t, 0, h.Audited("failed-rows.read", "intake/"+subject))
	require.Equal(t, http.StatusOK, h.ministry().send(http.MethodGet, path+"?purpose=correzione", nil).status)
	require.Equal(t, []string{"correzione 4"}, h.column("select purpose || ' ' || (detail->>'found') from audit_records where action = 'failed-rows.read'"))
	for name, c := range map[string]struct {
		by     caller
		path   string
		status int
	}{
		"without people:read": {h.as("*", "clerk", "pool:upload", "pool:read"), path + "?purpose=x", http.StatusForbidden},
		"a Region":            {h.as("18", "region"), path, http.StatusNotFound},
		"one that is not":     {h.ministry(), "/intakes/019a3c60-0000-7000-8000-000000000002/failed-rows?purpose=x", http.StatusNotFound},
	} {
		require.Equal(t, c.status, c.by.send(http.MethodGet, c.path, nil).status, name)
	}
	require.Equal(t, http.StatusNotAcceptable, h.ministry().send(http.MethodGet, path+"?purpose=x", nil, "Accept", "application/pdf").status)
	require.Equal(t, 1, h.Audited("failed-rows.read", "%"), "only who saw them")
}

func TestIntakesAreListedForWhoUploads(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	m := h.ministry()
	judged := m.file("/pool-intakes", csvMedia, failing()).json(t)
	intake := judged["intake"].(object)
	counts := []any{intake["rows"], intake["accepted"], intake["rejected"], intake["unread"], intake["kind"], intake["client"]}
	require.Equal(t, []any{5.0, 1.0, 2.0, 2.0, "POOL", "ministry"}, counts)
	require.Equal(t, intake, m.send(http.MethodGet, intakeOf(judged), nil).json(t))
	require.Equal(t, judged["rows"], m.send(http.MethodGet, intakeOf(judged)+"/rows", nil).json(t)["items"], "read again as it was answered")
	kinds := func(c caller, query string) (out []string) {
		for _, x := range c.send(http.MethodGet, "/intakes"+query, nil).json(t)["items"].([]any) {
			out = append(out, x.(object)["kind"].(string))
		}
		return out
	}
	require.Equal(t, []string{"POOL", "POOL", "ENTITIES"}, kinds(m, ""))
	require.Equal(t, []string{"ENTITIES"}, kinds(m, "?kind=ENTITIES"))
	require.Equal(t, []string{"POOL"}, kinds(h.as("*", "inps", "inps:exchange"), "?limit=1"))
	region := h.as("18", "region")
	require.Empty(t, kinds(region, ""))
	for _, path := range []string{intakeOf(judged), intakeOf(judged) + "/rows"} {
		hidden, absent := region.send(http.MethodGet, path, nil), region.send(http.MethodGet, strings.Replace(path, intake["id"].(string), "019a3c60-0000-7000-8000-000000000002", 1), nil)
		require.Equal(t, http.StatusNotFound, hidden.status)
		require.Equal(t, without(absent.json(t), "instance"), without(hidden.json(t), "instance"))
		require.Equal(t, http.StatusForbidden, h.as("18", "reader", "pool:read", "people:read").send(http.MethodGet, path, nil).status)
	}
	require.Equal(t, http.StatusForbidden, h.as("18", "reader", "pool:read").send(http.MethodGet, "/intakes", nil).status)
}

func without(o object, name string) object { delete(o, name); return o }

// edited puts values in the place of others in the cells of a CSV file or of a workbook.
func edited(t *testing.T, media string, file []byte, pairs ...string) string {
	t.Helper()
	if media == csvMedia {
		for i := range pairs {
			pairs[i] = "," + pairs[i] + ","
		}
		return strings.NewReplacer(append(pairs, ",E18A,,", ",E18A,1999-01-06,")...).Replace(string(file))
	}
	for i := range pairs {
		pairs[i] = ">" + pairs[i] + "<"
	}
	const blank = `<c r="I4" t="inlineStr"><is><t xml:space="preserve">` // the day that is missing
	cells := strings.NewReplacer(append(pairs, blank+"<", blank+"1999-01-06<")...)
	packed, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range packed.File {
		r, err := part.Open()
		require.NoError(t, err)
		content, err := io.ReadAll(r)
		require.NoError(t, err)
		to, err := w.Create(part.Name)
		require.NoError(t, err)
		_, err = cells.WriteString(to, string(content))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.String()
}
