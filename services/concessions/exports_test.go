package concessions_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"w2w/pkg/bulk"
)

// exported asks for a list in both forms, wants them to say the same, and returns the CSV's rows.
func (c caller) exported(path string) [][]string {
	t := c.h.t
	t.Helper()
	table := c.send(http.MethodGet, path, nil, "Accept", bulk.MediaCSV)
	require.Equal(t, []any{http.StatusOK, bulk.MediaCSV}, []any{table.status, table.header.Get("Content-Type")}, "%s: %.300s", path, table.raw)
	rows, err := csv.NewReader(bytes.NewReader(table.raw)).ReadAll()
	require.NoError(t, err, path)
	book := c.send(http.MethodGet, path, nil, "Accept", bulk.MediaXLSX)
	require.Equal(t, []any{http.StatusOK, bulk.MediaXLSX}, []any{book.status, book.header.Get("Content-Type")}, "%s: %.300s", path, book.raw)
	f, err := excelize.OpenReader(bytes.NewReader(book.raw))
	require.NoError(t, err, path)
	cells, err := f.GetRows("Dati", excelize.Options{RawCellValue: true})
	require.NoError(t, err, path)
	require.Len(t, cells, len(rows), path)
	for i, row := range rows {
		for j, cell := range row {
			got := ""
			if j < len(cells[i]) { // blank cells at the end of a row are left out
				got = cells[i][j]
			}
			require.Equal(t, strings.TrimPrefix(cell, "'"), got, "%s, row %d, %s", path, i, rows[0][j])
		}
	}
	return rows
}

// column returns the cells under a name.
func column(t *testing.T, rows [][]string, name string) (cells []string) {
	t.Helper()
	for j, head := range rows[0] {
		if head == name {
			for _, row := range rows[1:] {
				cells = append(cells, row[j])
			}
			return cells
		}
	}
	require.Fail(t, "no column", "%s in %v", name, rows[0])
	return nil
}

func TestEveryListIsATable(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.assign("03", 500000)
	id := h.granted("03", "A1", of("=Società Più; figli", "12345678903", taxCodes[0]))
	decree := made(t, h.decree("D1", "2010-05-05", id))
	c := h.as("03", "office")
	sum := sha256.Sum256([]byte("x"))
	c.post("/applications/"+id+"/documents", object{"kind": "ACCORDO", "title": "Verbale d'accordo", "sha256": hex.EncodeToString(sum[:]), "media_type": "application/pdf"})
	draft := idOf(c.post("/applications", istanza("B1", func(o object) {
		o["submit"], o["workers"].([]object)[0]["tax_code"] = false, "XX"
	})))
	for path, want := range map[string]map[string]string{
		"/applications?application_ref=A1":            {"application_ref": "A1", "employer.name": "'=Società Più; figli", "employer.units.province": "MI", "estimate_cents": "38052", "insolvency": "false"},
		"/applications/" + id + "/workers":            {"tax_code": taxCodes[0], "family_name": "Xawu", "did": "true", "codes.code": "", "hired_on": "2005-01-10"},
		"/applications/" + draft + "/failed-rows":     {"row": "1", "tax_code": "XX", "codes": "CF_INVALID"},
		"/applications/" + id + "/documents":          {"kind": "ACCORDO", "title": "Verbale d'accordo", "stored": "false"},
		"/table-sessions":                             {"place": "Milano", "participants.organisation": "Regione", "participants.people": "1", "application_count": "1"},
		"/decrees":                                    {"number": "D1", "committed_cents": "38052", "application_count": "1", "workers": "1"},
		"/decrees/" + decree + "/applications":        {"application_ref": "A1", "employer_name": "'=Società Più; figli", "state_cents": "26636", "ended": ""},
		"/decrees/" + decree + "/records":             {"tax_code": taxCodes[0], "granted_cents": "38052"},
		"/parameters?key=publication.threshold_cents": {"value": "100000", "valid_from": "2013-04-20"},
		"/plafonds":  {"year": "2010", "available_cents": "461948", "committed_cents": "38052"},
		"/employers": {"employer.tax_code": "12345678903", "employer.name": "'=Società Più; figli"},
		"/applications?state=BOZZA&instrument=CIG_DEROGA": {"application_ref": "B1", "rejected_workers": "1"},
	} {
		rows := c.exported(path)
		require.Len(t, rows, 2, path)
		for name, cell := range want {
			require.Equal(t, []string{cell}, column(t, rows, name), "%s: %s", path, name)
		}
	}
	steps := c.exported("/applications/" + id + "/transitions")
	require.Equal(t, []string{"PRESENTA", "PROTOCOLLA", "AVVIA_ISTRUTTORIA", "CONVOCA_TAVOLO", "ACCOGLI", "IMPEGNA", "DECRETA"}, column(t, steps, "event"))
}

func TestAnExportOfPeopleIsRecorded(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.as("03", "office")
	id := idOf(c.post("/applications", istanza("A1", nil)))
	at := "/applications/" + id + "/workers"
	without := h.as("03", "clerk", "applications:read").send(http.MethodGet, at, nil, "Accept", bulk.MediaCSV)
	require.Equal(t, []any{http.StatusForbidden, "scope-missing"}, []any{without.status, without.code(t)})
	require.NotContains(t, string(without.raw), taxCodes[0])
	require.Zero(t, h.Audited("list.export", "%"), "a refused export is none")
	c.exported(at)
	require.NotZero(t, h.Audited("workers.read", "%"))
	require.NotZero(t, h.Audited("list.export", "%"))
	foreign := h.as("07", "stranger").send(http.MethodGet, at, nil, "Accept", bulk.MediaXLSX)
	require.Equal(t, "not-found", foreign.code(t))
	require.Len(t, h.as("07", "stranger").exported("/applications"), 1, "nothing but the header")
}

const manyApplications = `insert into applications (id, administration, ref, employer_tax_code, employer, instrument, concession_type, period_from, period_to, filed_on, state, codes, estimate_cents, created_at)
select gen_random_uuid(), '03', case when n % 2 = 0 then '=A' else 'À' end || n, '12345678903',
	jsonb_build_object('tax_code', '12345678903', 'name', 'Società Perché No €' || n, 'employees', n, 'company_type', 'ARTIGIANA', 'ateco_section', 'C', 'inps_matricola', '9496322419',
		'units', '[{"province": "MI"}, {"province": "BG", "comune": "Sant''Omobono"}]'::jsonb),
	'CIG_DEROGA', 'I_CONCESSIONE', '2010-04-01', '2010-04-30', '2010-04-05', 'PRESENTATA', '{OUT_OF_TIME,NO_AGREEMENT}', n, now() - n * interval '1 second'
from generate_series(1, 2000) n`

func TestAnExportOf2000Applications(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.AsOwner(manyApplications)
	c := h.as("03", "office")
	rows := c.exported("/applications")
	require.Len(t, rows, 2001)
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		seen[row[0]] = true
	}
	require.Len(t, seen, 2000, "each once")
	require.Equal(t, []string{"À1", "'=A2"}, column(t, rows, "application_ref")[:2], "newest first")
	require.Equal(t, []string{"Società Perché No €1", "Società Perché No €2"}, column(t, rows, "employer.name")[:2])
	require.Equal(t, []string{"MI;BG", ";Sant'Omobono", "2000"}, []string{column(t, rows, "employer.units.province")[0], column(t, rows, "employer.units.comune")[0],
		column(t, rows, "estimate_cents")[1999]})
	require.Equal(t, "OUT_OF_TIME;NO_AGREEMENT", column(t, rows, "codes.code")[0])
	require.Len(t, c.exported("/applications?application_ref=À1"), 2)
	for accept, status := range map[string]int{"text/html": 406, "application/json": 200, "text/csv;q=0": 406, "image/png, */*;q=0.1": 200, "application/pdf": 406} {
		require.Equal(t, status, c.send(http.MethodGet, "/applications", nil, "Accept", accept).status, accept)
	}
	part := c.send(http.MethodGet, "/applications?limit=10", nil, "Accept", bulk.MediaCSV)
	require.Equal(t, []any{"request-invalid", []any{"query:limit"}}, []any{part.code(t), pointers(t, part)}, "an export has no pages")
}
