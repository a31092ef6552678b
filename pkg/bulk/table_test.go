package bulk_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"w2w/pkg/bulk"
	"w2w/pkg/fault"
)

func written(t require.TestingT, media string, header []string, rows ...[]any) []byte {
	table, err := bulk.NewTable(media, header)
	require.NoError(t, err)
	for _, r := range rows {
		require.NoError(t, table.Row(r))
	}
	var out bytes.Buffer
	_, err = table.WriteTo(&out)
	require.NoError(t, err)
	return out.Bytes()
}

// opened reads a workbook with a library that is not ours.
func opened(t *testing.T, raw []byte) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	require.NoError(t, err)
	rows, err := f.GetRows("Dati", excelize.Options{RawCellValue: true})
	require.NoError(t, err)
	return rows
}

func TestAWorkbookSaysWhatTheCSVSays(t *testing.T) {
	t.Parallel()
	header := []string{"ref", "cents", "name"}
	rows := [][]any{
		{"A1", int64(100000000000000), "Società Caffè & Più S.r.l. «€»"},
		{"=1+1", -5, "+39 <b>\"virgole, e\na capo\""},
		{nil, nil, "_x0041_ '"},
		{"  margini  ", 0, "Ünterthiner Škoda"},
	}
	fromCSV, err := csv.NewReader(bytes.NewReader(written(t, bulk.MediaCSV, header, rows...))).ReadAll()
	require.NoError(t, err)
	require.Equal(t, [][]string{header, {"A1", "100000000000000", "Società Caffè & Più S.r.l. «€»"}, {"'=1+1", "-5", "'+39 <b>\"virgole, e\na capo\""},
		{"", "", "_x0041_ '"}, {"  margini  ", "0", "Ünterthiner Škoda"}}, fromCSV)
	fromCSV[2][0], fromCSV[2][2] = "=1+1", "+39 <b>\"virgole, e\na capo\"" // a text in a workbook is no formula and needs no guard
	require.Equal(t, fromCSV, opened(t, written(t, bulk.MediaXLSX, header, rows...)))
}

func TestColumnsBeyondZ(t *testing.T) {
	t.Parallel()
	header, row := make([]string, 703), make([]any, 703)
	for i := range header {
		header[i], row[i] = strings.Repeat("c", i%7+1), i
	}
	raw := written(t, bulk.MediaXLSX, header, row)
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	require.NoError(t, err)
	for cell, want := range map[string]string{"Z2": "25", "AA2": "26", "AZ2": "51", "BA2": "52", "ZZ2": "701", "AAA2": "702"} {
		got, err := f.GetCellValue("Dati", cell)
		require.NoError(t, err)
		require.Equal(t, want, got, cell)
	}
}

func TestATextTooLongForACellIsNeverCut(t *testing.T) {
	t.Parallel()
	table, err := bulk.NewTable(bulk.MediaXLSX, []string{"x"})
	require.NoError(t, err)
	require.NoError(t, table.Row([]any{strings.Repeat("à", 32767)}))
	require.True(t, fault.Is(table.Row([]any{strings.Repeat("à", 32768)}), fault.NotAcceptable))
	require.True(t, fault.Is(table.Row([]any{strings.Repeat("😀", 16384)}), fault.NotAcceptable), "two units each")
}

func TestTheSameRowsGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	for _, media := range []string{bulk.MediaCSV, bulk.MediaXLSX} {
		require.Equal(t, written(t, media, []string{"a"}, []any{"b"}), written(t, media, []string{"a"}, []any{"b"}), media)
	}
	_, err := bulk.NewTable("text/html", nil)
	require.Error(t, err)
}
