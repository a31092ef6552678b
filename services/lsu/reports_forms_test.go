package lsu_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// leaves are all values of a JSON document as texts.
func leaves(node any) (out []string) {
	switch node := node.(type) {
	case map[string]any:
		for _, x := range node {
			out = append(out, leaves(x)...)
		}
	case []any:
		for _, x := range node {
			out = append(out, leaves(x)...)
		}
	default:
		out = append(out, fmt.Sprint(node))
	}
	return out
}

func TestTheTableHoldsEverythingThatTheReportSays(t *testing.T) {
	t.Parallel()
	h := open(t).told()
	reader := h.as("18", "reader", "pool:read")
	dec := json.NewDecoder(bytes.NewReader(reader.form("18", "2010-02", "", "application/json").raw))
	dec.UseNumber()
	var said any
	require.NoError(t, dec.Decode(&said))
	file := reader.form("18", "2010-02", "", csvMedia)
	require.Equal(t, `attachment; filename="lsu-18-2010-02-as_closed.csv"`, file.header.Get("Content-Disposition"))
	rows, err := csv.NewReader(bytes.NewReader(file.raw)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"section", "item", "figure", "value"}, rows[0])
	var values []string
	named, seen := map[string]bool{}, map[string]bool{}
	for _, r := range rows[1:] {
		require.False(t, seen[strings.Join(r[:3], "/")], "%v stands twice", r)
		seen[strings.Join(r[:3], "/")] = true
		if item := r[0] + "/" + r[1]; r[1] != "" && !named[item] {
			named[item] = true
			values = append(values, r[1])
		}
		values = append(values, strings.TrimPrefix(r[3], "'")) // a number below zero is a number in JSON
	}
	require.ElementsMatch(t, leaves(said), values)
	require.Contains(t, rows, []string{"exits", "DECESSO", "workers", "1"})
	require.Contains(t, rows, []string{"corrections", "M4", "effect_cents", fmt.Sprint(27516 - asu)})
	require.Equal(t, rows, sheet(t, reader.form("18", "2010-02", "", xlsxMedia).raw))
	require.Equal(t, 2, h.Audited("list.export", "list/regions/18/months/2010-02/report"), "who takes a table out is recorded")
}

var sheetCell = regexp.MustCompile(`<c r="([A-Z])[0-9]+"[^>]*>(?:<is><t[^>]*>|<v>)([^<]*)`)

// sheet are the rows of a workbook with four columns.
func sheet(t *testing.T, raw []byte) (out [][]string) {
	t.Helper()
	book, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	require.NoError(t, err)
	f, err := book.Open("xl/worksheets/sheet1.xml")
	require.NoError(t, err)
	text, err := io.ReadAll(f)
	require.NoError(t, err)
	for _, row := range strings.Split(string(text), "<row ")[1:] {
		cells := make([]string, 4)
		for _, c := range sheetCell.FindAllStringSubmatch(row, -1) {
			cells[c[1][0]-'A'] = c[2]
		}
		out = append(out, cells)
	}
	return out
}

func TestThePaperSaysWhatTheReportSays(t *testing.T) {
	t.Parallel()
	h := open(t).told()
	h.learnsLate()
	reader := h.as("18", "reader", "pool:read")
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext (poppler-utils) is not installed")
	}
	for query, want := range map[string][]string{
		"": {"Report mensile LSU – Regione Calabria, febbraio 2010", "alla chiusura del mese", "Chiusura del mese 11 marzo 2010", "passa da 7 a 5 lavoratori, di cui 4 in attività e 1 in sospensione", "stabilizzazione 1 50,0 %",
			"febbraio 2010 5", "E18A Comune di E18A 4 2 1 0 2 1 3", "Totale degli enti: 2 7 2 1 1 4 1 5", "M4 uscita 16/01/2010 01/03/2010 febbraio 2010 -257,96", "Rettifiche apprese nel mese"},
		"?view=AS_KNOWN&known_on=2010-03-15": {"come noto al giorno 15 marzo 2010", "Rettifiche con effetto dal mese", "Effetto (€) Nessuna rettifica.", "Nota di metodo"},
	} {
		said := reader.report("18", "2010-02", query)["content_sha256"].(string)
		cmd := exec.Command(tool, "-layout", "-", "-")
		cmd.Stdin = bytes.NewReader(reader.form("18", "2010-02", query, pdfMedia).raw)
		raw, err := cmd.Output()
		require.NoError(t, err)
		text := strings.Join(strings.Fields(string(raw)), " ")
		for _, w := range append(want, said) {
			require.Contains(t, text, w, query)
		}
		require.NotContains(t, text, "W0", "no worker")
	}
}
