package season

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"w2w/services/suite/internal/sheets"
)

// small is a season of two applications, whose files a case may change.
func small() map[string]string {
	return map[string]string{
		"plafonds.csv": "administration,year,instrument_family,assigned_cents,assigned_on\n03,2010,CIG_DEROGA,100,2009-12-15\n",
		"applications.csv": "application_ref,administration,employer_tax_code,employer_name,employees,company_type,ateco_section,inps_matricola,unit_provinces,instrument,concession_type,period_from,period_to,agreement_date,filed_on\n" +
			"B,03,10175233260,Molino,41,INDUSTRIALE_OLTRE_15,C,9496322419,LC;MN,CIG_DEROGA,I_PROROGA,2010-01-11,2010-03-07,,2010-01-15\n" +
			"A,03,10175233260,Molino,41,INDUSTRIALE_OLTRE_15,C,9496322419,LC,CIG_DEROGA,I_PROROGA,2010-01-11,2010-03-07,2010-01-04,2010-01-15\n",
		"workers.csv": "application_ref,row,tax_code,family_name,given_name,qualification,contract,weekly_hours,hired_on,monthly_gross_pay_cents,hours_requested,prior_hours_used,did\n" +
			"A,7,YJWXLL59T59F704E,Yojwundu,Oxa,QUADRO,TEMPO_INDETERMINATO,36,1988-11-27,273958,84,1872,true\n" +
			"A,2,YWRGWR86S07H282W,Yuwerdi,\"Ga, wrio\",OPERAIO,TEMPO_INDETERMINATO,36,2008-05-27,183726,80,2022,false\n" +
			"B,1,YWRGWR86S07H282W,Yuwerdi,Gawrio,OPERAIO,TEMPO_INDETERMINATO,36,2008-05-27,183726,80,2022,false\n",
	}
}

func readFiles(t *testing.T, files map[string]string) (*input, error) {
	t.Helper()
	from := fstest.MapFS{}
	for name, text := range files {
		from[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return read(from)
}

func TestRowsKeepTheirNumbersWhateverTheOrderOfTheFile(t *testing.T) {
	t.Parallel()
	files := small()
	for _, same := range []func(string) string{
		func(s string) string { return s },
		func(s string) string { return "\ufeff" + s },
		func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		func(s string) string { return strings.TrimSuffix(s, "\n") },
	} {
		for name, text := range small() {
			files[name] = same(text)
		}
		in, err := readFiles(t, files)
		require.NoError(t, err)
		require.Equal(t, "A", in.applications[0].ref, "processing order")
		require.Equal(t, "B", in.applications[1].ref)
		require.Len(t, in.applications[1].workers, 1)
		rows := in.applications[0].workers
		require.Equal(t, []int64{2, 7}, []int64{rows[0].row, rows[1].row})
		require.Equal(t, "Ga, wrio", rows[0].data["given_name"])
		require.Equal(t, false, rows[0].data["did"])
		require.NotContains(t, in.applications[1].data, "agreement_date")
	}
}

func TestAMistakeInAFileIsNamedByLineAndColumn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, old, with, says string }{
		"empty file":           {"workers.csv", "", "", "workers.csv: the file is empty"},
		"wrong delimiter":      {"plafonds.csv", ",", ";", "plafonds.csv, line 1: the columns are not separated by commas"},
		"missing column":       {"workers.csv", ",did", ",dod", "workers.csv, line 1: the column did is missing"},
		"column twice":         {"workers.csv", "hired_on", "did", "workers.csv, line 1: the column did stands twice"},
		"line too short":       {"workers.csv", ",2022,false", ",2022", "workers.csv, line 3, character 1: wrong number of fields"},
		"quote not closed":     {"workers.csv", `wrio"`, "wrio", "workers.csv, line 3"},
		"boolean":              {"workers.csv", "true", "maybe", `workers.csv, line 2, column did: "maybe" is neither true nor false`},
		"number":               {"workers.csv", ",84,", ",8.4,", `workers.csv, line 2, column hours_requested: "8.4" is not a whole number`},
		"number out of range":  {"workers.csv", ",36,1988", ",61,1988", "workers.csv, line 2, column weekly_hours: number must be at most 60"},
		"date":                 {"workers.csv", "1988-11-27", "1988-11-31", "workers.csv, line 2, column hired_on: "},
		"empty cell":           {"workers.csv", "Yojwundu", "", "workers.csv, line 2, column family_name: minimum string length is 1"},
		"not UTF-8":            {"workers.csv", "Yojwundu", "Yojw\xfcndu", "workers.csv, line 2, column family_name: the cell is not UTF-8"},
		"row number":           {"workers.csv", "A,7,", "A,0,", "workers.csv, line 2, column row: number must be at least 1"},
		"row twice":            {"workers.csv", "A,7,", "A,2,", "workers.csv, line 3, column row: the row stands already in line 2"},
		"unknown application":  {"workers.csv", "A,7,", "C,7,", "workers.csv, line 2, column application_ref: there is no such application"},
		"no workers":           {"workers.csv", "\nB,", "\nA,", "applications.csv, line 2, column application_ref: the application has no workers"},
		"application twice":    {"applications.csv", "\nA,", "\nB,", "applications.csv, line 3, column application_ref: the application stands already in line 2"},
		"filing date":          {"applications.csv", "2010-01-15", "15/01/2010", `applications.csv, line 2, column filed_on: "15/01/2010" is not a date`},
		"instrument":           {"applications.csv", "CIG_DEROGA", "CIGO", "applications.csv, line 2, column instrument: value is not one of the allowed values"},
		"employer's name":      {"applications.csv", "Molino", "", "applications.csv, line 2, column employer_name: minimum string length is 1"},
		"province":             {"applications.csv", "LC;MN", "LC;", "applications.csv, line 2, column unit_provinces: minimum string length is 1"},
		"period":               {"applications.csv", "2010-03-07", "2010-01-10", `applications.csv, line 2, column period_to: "2010-01-10" lies before`},
		"plafond twice":        {"plafonds.csv", "03,2010,CIG_DEROGA,100,2009-12-15\n", "03,2010,X,1,2009-12-15\n03,2010,X,2,2009-12-15\n", "plafonds.csv, line 3, column instrument_family: the plafond stands already in line 2"},
		"cents":                {"plafonds.csv", ",100,", ",-100,", "plafonds.csv, line 2, column assigned_cents: number must be at least 1"},
		"a year beyond number": {"plafonds.csv", ",2010,", ",99999999999999999999,", "plafonds.csv, line 2, column year"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files, times := small(), 1
			if c.old == "," {
				times = -1
			}
			files[c.file] = strings.Replace(files[c.file], c.old, c.with, times)
			if c.old == "" {
				files[c.file] = ""
			}
			_, err := readFiles(t, files)
			require.ErrorIs(t, err, sheets.ErrInput)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestAFileThatIsMissingIsNamed(t *testing.T) {
	t.Parallel()
	files := small()
	delete(files, "workers.csv")
	_, err := readFiles(t, files)
	require.ErrorIs(t, err, sheets.ErrInput)
	require.ErrorContains(t, err, "workers.csv")
}

func TestManyMistakesAreToldUpToANumber(t *testing.T) {
	t.Parallel()
	files := small()
	var b bytes.Buffer
	for i := range 30 {
		fmt.Fprintf(&b, "Z,%d,YJWXLL59T59F704E,Y,O,QUADRO,T,36,1988-11-27,273958,84,1872,true\n", i+1)
	}
	files["workers.csv"] += b.String()
	_, err := readFiles(t, files)
	require.ErrorContains(t, err, "and 10 more")
	require.Equal(t, 22, strings.Count(err.Error(), "\n")+1)
}
