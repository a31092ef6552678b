package concessions_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"w2w/pkg/bulk"
)

// edited changes cells of a workbook as a person at a spreadsheet would, and saves it.
func edited(t *testing.T, f *excelize.File, sheet string, cells map[string]any) string {
	t.Helper()
	for cell, value := range cells {
		require.NoError(t, f.SetCellValue(sheet, cell, value))
	}
	var out bytes.Buffer
	require.NoError(t, f.Write(&out))
	return out.String()
}

// TestAListIsSentAsAWorkbook sends a list with days and numbers as a spreadsheet has them and a row that can't
// be read, takes the failed row back as a workbook, corrects it and sends it again.
func TestAListIsSentAsAWorkbook(t *testing.T) {
	t.Parallel()
	c := open(t).as("03", "office")
	path := c.draft("A1")
	f := excelize.NewFile()
	header := strings.Split(strings.TrimSpace(columns), ",")
	require.NoError(t, f.SetSheetRow("Sheet1", "A1", &header))
	hired := time.Date(2005, 1, 10, 0, 0, 0, 0, time.UTC)
	for cell, code := range map[string]string{"A2": taxCode(1), "A4": taxCode(2)} {
		require.NoError(t, f.SetSheetRow("Sheet1", cell, &[]any{nil, code, "Xawu", "'-Yoli", "OPERAIO", "TEMPO_INDETERMINATO", 40.0, hired, 148458, 75, 0, true}))
	}
	sent := c.upload(http.MethodPut, path, bulk.MediaXLSX, edited(t, f, "Sheet1", map[string]any{"G4": "quaranta"}))
	require.Equal(t, http.StatusOK, sent.status, "%.300s", sent.raw)
	require.Equal(t, []string{"1 ACCEPTED", "2 UNREAD weekly_hours:type"}, verdicts(sent.json(t)))
	require.Equal(t, []any{4.0}, each(sent.json(t)["unread"], "line"), "the row of the sheet")

	failed := c.send(http.MethodGet, path+"/failed-rows", nil, "Accept", bulk.MediaXLSX)
	book, err := excelize.OpenReader(bytes.NewReader(failed.raw))
	require.NoError(t, err)
	again := c.upload(http.MethodPost, path, bulk.MediaXLSX, edited(t, book, "Dati", map[string]any{"G2": 40}))
	require.Equal(t, []string{"1 ACCEPTED", "2 ACCEPTED"}, verdicts(again.json(t)), "%.300s", again.raw)
	workers := c.send(http.MethodGet, path+"/workers", nil).json(t)["items"].([]any)
	require.Equal(t, []any{"'-Yoli", "2005-01-10"}, []any{workers[1].(object)["given_name"], workers[1].(object)["hired_on"]})

	good := edited(t, f, "Sheet1", nil)
	require.NoError(t, f.SetCellFormula("Sheet1", "I2", "148000+458"))
	for body, pointer := range map[string]string{edited(t, f, "Sheet1", nil): "cell:I2", columns: "file", good[:len(good)/2]: "file"} {
		refused := c.send(http.MethodPut, path+"/workers", []byte(body), "Content-Type", bulk.MediaXLSX, "If-Match", `"3"`)
		require.Equal(t, []any{http.StatusBadRequest, "request-invalid", []any{pointer}}, []any{refused.status, refused.code(t), pointers(t, refused)})
	}
	require.Equal(t, `"3"`, c.version(path), "nothing was done")
}
