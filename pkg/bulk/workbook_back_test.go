package bulk_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"w2w/pkg/bulk"
	"w2w/pkg/fault"
)

// TestWhatAWorkbookHoldsIsReadBack holds for every text, also those that CSV guards or changes; a row without
// any text is none.
func TestWhatAWorkbookHoldsIsReadBack(t *testing.T) {
	t.Parallel()
	list := bulk.Form{Columns: []bulk.Column{{Name: "a"}, {Name: "b"}, {Name: "n", Kind: bulk.Number, Optional: true}}, Ignored: []string{"codes"}, MaxRows: 100}
	cell := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.SampledFrom([]rune("'=+-@\t\r\n\"<&, A_x005F\x01\ufffe😀")), 0, 9, -1))
	rapid.Check(t, func(t *rapid.T) {
		row := []string{strings.ReplaceAll(cell.Draw(t, "a"), "\x00", ""), strings.ReplaceAll(cell.Draw(t, "b"), "\x00", "")}
		n := rapid.Int64Range(-999_999_999_999_999, 999_999_999_999_999).Draw(t, "n")
		records, err := list.Read(bulk.MediaXLSX, written(t, bulk.MediaXLSX, []string{"a", "b", "n", "codes"}, []any{row[0], row[1], n, "why"}, []any{"", "", nil, ""}))
		require.NoError(t, err)
		require.Len(t, records, 1)
		require.Equal(t, map[string]string{"a": row[0], "b": row[1], "n": fmt.Sprint(n)}, records[0].Values)
		require.Contains(t, string(records[0].JSON), fmt.Sprintf(`"n":%d`, n))
	})
}

// TestFailedRowsAreCorrectedInASpreadsheet opens our file of failed rows with a library that is not ours,
// corrects a cell, saves it in its own way, and reads that.
func TestFailedRowsAreCorrectedInASpreadsheet(t *testing.T) {
	t.Parallel()
	raw := written(t, bulk.MediaXLSX, []string{"row", "name", "pay", "did", "codes"},
		[]any{int32(7), "=Rossi", "2OO", "true", "type"}, []any{int32(9), "'-Xawu", "200", "si", "type"})
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	require.NoError(t, err)
	require.NoError(t, f.SetCellValue("Dati", "C2", 200))
	require.NoError(t, f.SetCellValue("Dati", "D3", true))
	var saved bytes.Buffer
	require.NoError(t, f.Write(&saved))
	records, err := form.Read(bulk.MediaXLSX, saved.Bytes())
	require.NoError(t, err)
	require.Len(t, records, 2)
	require.JSONEq(t, `{"row":7,"name":"=Rossi","pay":200,"did":true}`, string(records[0].JSON))
	require.JSONEq(t, `{"row":9,"name":"'-Xawu","pay":200,"did":true}`, string(records[1].JSON))
}

// typed is a workbook that excelize writes: the header of form, and one cell under it.
func typed(t require.TestingT, since1904 bool, style *excelize.Style, value any) []byte {
	f := excelize.NewFile()
	require.NoError(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &since1904}))
	require.NoError(t, f.SetSheetRow("Sheet1", "A1", &[]any{"name", "pay", "did"}))
	require.NoError(t, f.SetCellValue("Sheet1", "A2", value))
	if style != nil {
		id, err := f.NewStyle(style)
		require.NoError(t, err)
		require.NoError(t, f.SetCellStyle("Sheet1", "A2", "A2", id))
	}
	var out bytes.Buffer
	require.NoError(t, f.Write(&out))
	return out.Bytes()
}

// TestWhatAnotherLibraryWrites: texts, numbers and days as excelize stores them.
func TestWhatAnotherLibraryWrites(t *testing.T) {
	t.Parallel()
	custom := func(code string) *excelize.Style { return &excelize.Style{CustomNumFmt: &code} }
	on := time.Date(2005, 1, 10, 0, 0, 0, 0, time.UTC)
	for _, since1904 := range []bool{false, true} {
		for name, c := range map[string]struct {
			style *excelize.Style
			value any
			want  string
		}{
			"a text":         {nil, " Nicolò <&> ", " Nicolò <&> "},
			"like a formula": {nil, "=1+1", "=1+1"},
			"a number":       {nil, 1234567890.0, "1234567890"},
			"a fraction":     {nil, 1.1, "1.1"},
			"a sum":          {nil, 0.1 + 0.2, "0.3"},
			"a boolean":      {nil, true, "true"},
			"a day":          {&excelize.Style{NumFmt: 14}, on, "2005-01-10"},
			"a moment":       {&excelize.Style{NumFmt: 22}, on.Add(90 * time.Minute), "2005-01-10T01:30:00"},
			"a custom day":   {custom("yyyy-mm-dd"), on, "2005-01-10"},
			"an Italian":     {custom("dd/mm/yyyy;@"), on, "2005-01-10"},
			"a month":        {custom("mmm"), on, "2005-01-10"},
			"an amount":      {custom(`#,##0.00\ "dy"`), 38362, "38362"},
			"its own style":  {nil, on, "2005-01-10"},
		} {
			records, err := form.Read(bulk.MediaXLSX, typed(t, since1904, c.style, c.value))
			require.NoError(t, err, name)
			require.Equal(t, c.want, records[0].Values["name"], "%s, %v", name, since1904)
		}
	}
}

// TestEveryDayIsReadAsItWasWritten compares with the library's own reading of days.
func TestEveryDayIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		since1904 := rapid.Bool().Draw(t, "since 1904")
		serial := rapid.IntRange(61, 2_950_000).Draw(t, "serial")
		want, err := excelize.ExcelDateToTime(float64(serial), since1904)
		require.NoError(t, err)
		records, err := form.Read(bulk.MediaXLSX, typed(t, since1904, &excelize.Style{NumFmt: 14}, serial))
		require.NoError(t, err)
		require.Equal(t, want.Format(time.DateOnly), records[0].Values["name"])
	})
}

// TestWhatAnotherLibraryMakesIsRefused: a formula, merged cells, a password.
func TestWhatAnotherLibraryMakesIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		make func(f *excelize.File) error
		opts excelize.Options
		want refusal
	}{
		"a formula":    {func(f *excelize.File) error { return f.SetCellFormula("Sheet1", "B2", "1+1") }, excelize.Options{}, refusal{fault.RequestInvalid, "cell:B2", "formula"}},
		"merged cells": {func(f *excelize.File) error { return f.MergeCell("Sheet1", "A2", "B2") }, excelize.Options{}, refusal{fault.RequestInvalid, "cell:A2", "merged"}},
		"two sheets":   {func(f *excelize.File) error { _, err := f.NewSheet("x"); return err }, excelize.Options{}, refusal{fault.RequestInvalid, "sheet:2", "several"}},
		"a password":   {func(*excelize.File) error { return nil }, excelize.Options{Password: "x"}, refusal{fault.RequestInvalid, "file", "sealed"}},
	} {
		f, err := excelize.OpenReader(bytes.NewReader(typed(t, false, nil, "A")))
		require.NoError(t, err)
		require.NoError(t, c.make(f), name)
		var out bytes.Buffer
		require.NoError(t, f.Write(&out, c.opts), name)
		_, err = form.Read(bulk.MediaXLSX, out.Bytes())
		require.Equal(t, []refusal{c.want}, refused(t, err), name)
	}
}
