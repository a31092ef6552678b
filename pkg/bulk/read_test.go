package bulk_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/bulk"
	"w2w/pkg/fault"
)

// form is a list of people with an optional number, a pay and a declaration.
var form = bulk.Form{
	Columns: []bulk.Column{{Name: "row", Kind: bulk.Number, Optional: true}, {Name: "name"}, {Name: "pay", Kind: bulk.Number}, {Name: "did", Kind: bulk.Boolean}},
	Ignored: []string{"codes"}, MaxRows: 3,
}

// refusal is a code, and where and why.
type refusal struct {
	code    fault.Code
	pointer string
	field   string
}

func refused(t *testing.T, err error) (all []refusal) {
	t.Helper()
	f := fault.As(err)
	require.NotNil(t, f, "%v", err)
	for _, x := range f.Fields {
		all = append(all, refusal{f.Code, x.Pointer, x.Code})
	}
	return all
}

func TestAFileThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	const invalid, schema = fault.RequestInvalid, fault.SchemaInvalid
	for name, c := range map[string]struct {
		media, body string
		want        []refusal
	}{
		"empty":                      {bulk.MediaCSV, "", []refusal{{invalid, "line:1", "empty"}}},
		"only blank lines":           {bulk.MediaNDJSON, "\n \r\n", []refusal{{invalid, "line:1", "empty"}}},
		"a missing column":           {bulk.MediaCSV, "name,did\nA,true\n", []refusal{{invalid, "column:pay", "required"}}},
		"an unknown column":          {bulk.MediaCSV, "name,pay,did,colour\n", []refusal{{invalid, "column:4", "unknown"}}},
		"a column twice":             {bulk.MediaCSV, "name,pay,did,pay\n", []refusal{{invalid, "column:pay", "double"}}},
		"columns of another case":    {bulk.MediaCSV, "Name,pay,did\n", []refusal{{invalid, "column:1", "unknown"}, {invalid, "column:name", "required"}}},
		"semicolons":                 {bulk.MediaCSV, "name;pay;did\nA;1;true\n", []refusal{{invalid, "line:1", "delimiter"}}},
		"tabs":                       {bulk.MediaCSV, "name\tpay\tdid\nA\t1\ttrue\n", []refusal{{invalid, "line:1", "delimiter"}}},
		"an open quote":              {bulk.MediaCSV, "name,pay,did\nA,1,true\n\"B,1,true\nC,1,true\n", []refusal{{invalid, "line:3", "quotes"}}},
		"a quote inside a cell":      {bulk.MediaCSV, "name,pay,did\nA \"x\",1,true\n", []refusal{{invalid, "line:2", "quotes"}}},
		"a quote in the header":      {bulk.MediaCSV, "na\"me,pay,did\n", []refusal{{invalid, "line:1", "header"}}},
		"NUL":                        {bulk.MediaCSV, "name,pay,did\nA,1,true\nB\x00,1,true\n", []refusal{{invalid, "line:3", "encoding"}}},
		"NUL in NDJSON":              {bulk.MediaNDJSON, "{}\n{\"name\":\"\x00\"}\n", []refusal{{invalid, "line:2", "encoding"}}},
		"Latin-1":                    {bulk.MediaCSV, "name,pay,did\nA,1,true\nB,1,true\nNicol\xf2,1,true\n", []refusal{{invalid, "line:4", "encoding"}}},
		"UTF-16":                     {bulk.MediaCSV, "\xff\xfen\x00a\x00", []refusal{{invalid, "line:1", "encoding"}}},
		"too many rows":              {bulk.MediaCSV, "name,pay,did\n" + strings.Repeat("A,1,true\n", 4), []refusal{{schema, "line:5", "maxItems"}}},
		"too many rows in NDJSON":    {bulk.MediaNDJSON, "\n" + strings.Repeat("{}\n", 4), []refusal{{schema, "line:5", "maxItems"}}},
		"too many, cells of 2 lines": {bulk.MediaCSV, "name,pay,did\n" + strings.Repeat("\"A\nB\",1,true\n", 4), []refusal{{schema, "line:8", "maxItems"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			records, err := form.Read(c.media, []byte(c.body))
			require.ElementsMatch(t, c.want, refused(t, err))
			require.Empty(t, records)
		})
	}
}

func TestARefusalRepeatsNothingOfTheFile(t *testing.T) {
	t.Parallel()
	_, err := form.Read(bulk.MediaCSV, []byte("RSSMRA85T10A562S,Xawu,Yoli\n"))
	for _, x := range fault.As(err).Fields {
		require.NotContains(t, x.Pointer+x.Text.EN+x.Text.IT, "RSSMRA")
		require.NotContains(t, x.Pointer+x.Text.EN+x.Text.IT, "Xawu")
	}
	_, err = form.Read(bulk.MediaCSV, []byte(strings.Repeat("x,", 10_000)+"x\n"))
	require.Less(t, len(fault.As(err).Fields), 200, "a header of 10,000 columns does not make as many faults")
}

func TestTheCellsOfACSV(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ line, json string }{
		"as its kinds":              {"1,A,200,true", `{"row":1,"name":"A","pay":200,"did":true}`},
		"an optional blank":         {",A,200,false", `{"name":"A","pay":200,"did":false}`},
		"a blank that is needed":    {",,200,true", `{"name":"","pay":200,"did":true}`},
		"no number":                 {",A,2OO,true", `{"name":"A","pay":"2OO","did":true}`},
		"half a cent":               {",A,200.5,true", `{"name":"A","pay":"200.5","did":true}`},
		"a comma for the point":     {",A,\"200,5\",true", `{"name":"A","pay":"200,5","did":true}`},
		"a leading zero":            {",A,007,true", `{"name":"A","pay":"007","did":true}`},
		"negative":                  {",A,-5,true", `{"name":"A","pay":-5,"did":true}`},
		"beyond 15 digits":          {",A,1234567890123456,true", `{"name":"A","pay":"1234567890123456","did":true}`},
		"a spreadsheet's boolean":   {",A,1,TRUE", `{"name":"A","pay":1,"did":true}`},
		"no boolean":                {",A,1,yes", `{"name":"A","pay":1,"did":"yes"}`},
		"quotes and a comma":        {`,"A ""x"", B",1,true`, `{"name":"A \"x\", B","pay":1,"did":true}`},
		"a guarded formula":         {",'=1+1,'-5,true", `{"name":"=1+1","pay":-5,"did":true}`},
		"an apostrophe that stays":  {",'A,1,true", `{"name":"'A","pay":1,"did":true}`},
		"an accent":                 {",Nicolò,1,true", `{"name":"Nicolò","pay":1,"did":true}`},
		"characters of HTML and JS": {",<A&\u2028>,1,true", `{"name":"<A&\u2028>","pay":1,"did":true}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			records, err := form.Read(bulk.MediaCSV, []byte("row,name,pay,did\n"+c.line+"\n"))
			require.NoError(t, err)
			require.Len(t, records, 1)
			require.JSONEq(t, c.json, string(records[0].JSON))
		})
	}
}

func TestTheShapeOfACSV(t *testing.T) {
	t.Parallel()
	whole := []bulk.Record{
		{Line: 2, Values: map[string]string{"name": "A", "pay": "1", "did": "true"}, JSON: []byte(`{"did":true,"name":"A","pay":1}`)},
		{Line: 3, Values: map[string]string{"name": "B", "pay": "2", "did": "false"}, JSON: []byte(`{"did":false,"name":"B","pay":2}`)},
	}
	ragged := []bulk.Record{whole[0], {Line: 3, Values: map[string]string{"name": "B", "pay": "2"}}}
	for name, c := range map[string]struct {
		body string
		want []bulk.Record
	}{
		"plain":                   {"name,pay,did\nA,1,true\nB,2,false\n", whole},
		"without a last newline":  {"name,pay,did\nA,1,true\nB,2,false", whole},
		"CRLF":                    {"name,pay,did\r\nA,1,true\r\nB,2,false\r\n", whole},
		"a byte order mark":       {"\ufeffname,pay,did\nA,1,true\nB,2,false\n", whole},
		"another order":           {"did,name,pay\ntrue,A,1\nfalse,B,2\n", whole},
		"a column of failed rows": {"name,pay,did,codes\nA,1,true,CF_INVALID\nB,2,false,\n", whole},
		"a short line":            {"name,pay,did\nA,1,true\nB,2\n", ragged},
		"a header alone":          {"name,pay,did\n", nil},
	} {
		records, err := form.Read(bulk.MediaCSV, []byte(c.body))
		require.NoError(t, err, name)
		require.Equal(t, c.want, records, name)
	}
	long, err := form.Read(bulk.MediaCSV, []byte("name,pay,did\nA,1,true,what\n\nB,2,false\n"))
	require.NoError(t, err)
	require.Nil(t, long[0].JSON, "a line with a cell too many")
	require.Equal(t, []int{2, 4}, []int{long[0].Line, long[1].Line}, "a blank line counts as a line and is no record")
}

func TestNDJSON(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		line   string
		values map[string]string
		read   bool
	}{
		"an object":         {`{"row":7,"name":"A","pay":1,"did":true}`, map[string]string{"row": "7", "name": "A", "pay": "1", "did": "true"}, true},
		"missing members":   {`{"name":"A"}`, map[string]string{"row": "", "name": "A", "pay": "", "did": ""}, true},
		"a null":            {`{"name":null}`, map[string]string{"row": "", "name": "", "pay": "", "did": ""}, true},
		"broken":            {`{"name":`, map[string]string{}, false},
		"an array":          {`["A"]`, map[string]string{}, false},
		"a text":            {`"A"`, map[string]string{}, false},
		"two on a line":     {`{} {}`, map[string]string{}, false},
		"a line of a CSV":   {`A,1,true`, map[string]string{}, false},
		"duplicate members": {`{"name":"A","name":"B"}`, map[string]string{"row": "", "name": "B", "pay": "", "did": ""}, true},
	} {
		records, err := form.Read(bulk.MediaNDJSON, []byte("\ufeff\r\n"+c.line+"\r\n\n"))
		require.NoError(t, err, name)
		require.Len(t, records, 1, name)
		require.Equal(t, 2, records[0].Line, name)
		require.Equal(t, c.values, records[0].Values, name)
		if c.read {
			require.Equal(t, c.line, string(records[0].JSON), name)
		} else {
			require.Nil(t, records[0].JSON, name)
		}
	}
}
