package bulk_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/bulk"
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
)

const peopleContract = `
openapi: 3.0.3
info: {title: People, version: 1.0.0}
paths: {}
components:
  schemas:
    Person:
      type: object
      additionalProperties: false
      required: [name, pay, did]
      properties:
        row: {type: integer}
        name: {type: string, minLength: 1, pattern: '^[A-Z]'}
        pay: {type: integer, format: int32}
        did: {type: boolean}
`

type somebody struct {
	Name string `json:"name"`
	Pay  int32  `json:"pay"`
	DID  bool   `json:"did"`
}

func personSchema(t *testing.T) *httpx.Schema {
	t.Helper()
	k, err := httpx.NewContract([]byte(peopleContract), "/people")
	require.NoError(t, err)
	s, err := k.Schema("Person")
	require.NoError(t, err)
	return s
}

func TestALineIsReadBySchemaOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	schema := personSchema(t)
	for name, c := range map[string]struct {
		media, body string
		want        *somebody
		reasons     []string
	}{
		"in order":              {bulk.MediaCSV, "name,pay,did\nAda,12,TRUE\n", &somebody{"Ada", 12, true}, nil},
		"two faults":            {bulk.MediaCSV, "name,pay,did\nada,much,true\n", nil, []string{"/name pattern", "/pay type"}},
		"a line of other form":  {bulk.MediaCSV, "name,pay,did\nAda,12\n", nil, []string{" form"}},
		"no object":             {bulk.MediaNDJSON, "[1]\n", nil, []string{" form"}},
		"a name that is a name": {bulk.MediaNDJSON, `{"name":"Ada","pay":1,"did":true,"Bertha Xawu":1}`, nil, []string{" unknown"}},
		"an integer with point": {bulk.MediaNDJSON, `{"name":"Ada","pay":40.0,"did":true}`, nil, []string{"/pay type"}},
	} {
		records, err := form.Read(c.media, []byte(c.body))
		require.NoError(t, err, name)
		got, reasons := bulk.Into[somebody](form, records[0], schema)
		require.Equal(t, c.want, got, name)
		var where []string
		for _, r := range reasons {
			where = append(where, r.Pointer+" "+r.Code)
			require.NotContains(t, r.Pointer, "Xawu", name)
		}
		require.ElementsMatch(t, c.reasons, where, name)
	}
}

func TestAFileOfFailedRowsIsTakenAgain(t *testing.T) {
	t.Parallel()
	f := form
	f.Ignored = bulk.FailedColumns()
	sent := []map[string]string{
		{"row": "2", "name": "=Ada", "pay": "-5", "did": "true"},
		{"row": "", "name": "B, \"b\"\nc", "pay": "007", "did": "maybe"},
	}
	why := []fault.Field{{Pointer: "/name", Code: "A", Text: fault.Text{IT: "no"}}, {Code: "B", Text: fault.Text{IT: "mai"}}}
	for _, media := range []string{bulk.MediaCSV, bulk.MediaXLSX} {
		file, err := f.Failed(media, []bulk.Failed{{Values: sent[0], Reasons: why}, {Values: sent[1]}})
		require.NoError(t, err)
		if media == bulk.MediaCSV {
			require.True(t, bytes.HasPrefix(file.Bytes(), []byte("row,name,pay,did,codes,reasons\n2,'=Ada,-5,true,A;B,name: no; : mai\n")), file.String())
		}
		records, err := f.Read(media, file.Bytes())
		require.NoError(t, err)
		require.Equal(t, sent[0], records[0].Values, media)
		require.Equal(t, sent[1], records[1].Values, media)
	}
	_, err := f.Failed("text/html", nil)
	require.Error(t, err)
}
