package httpx_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/httpx"
)

func TestTheSchemaOfOneLine(t *testing.T) {
	t.Parallel()
	k, err := httpx.NewContract([]byte(contract), "/api")
	require.NoError(t, err)
	_, err = k.Schema("Nothing")
	require.Error(t, err)
	s, err := k.Schema("Thing")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		line string
		want []string // pointer and code
	}{
		"good":            {`{"name":"a","cents":12,"on":"2010-02-28","kind":"A"}`, nil},
		"two faults":      {`{"name":"","cents":-1}`, []string{"/name minLength", "/cents minimum"}},
		"missing":         {`{}`, []string{"/name required"}},
		"an unknown name": {`{"name":"a","NAME":"b"}`, []string{"/NAME unknown"}},
		"duplicate names": {`{"name":"a","name":"b"}`, []string{"/name json"}},
		"NUL":             {`{"name":"\u0000"}`, []string{"/name nul"}},
		"null":            {`null`, []string{" nullable"}},
		"an array":        {`[]`, []string{" type"}},
		"no day":          {`{"name":"a","on":"2010-04-31"}`, []string{"/on format"}},
		"trailing":        {`{"name":"a"}{}`, []string{" json"}},
	} {
		var got []string
		for _, f := range s.Check([]byte(c.line)) {
			got = append(got, f.Pointer+" "+f.Code)
			require.NotEmpty(t, f.Text.IT, name)
			require.NotEmpty(t, f.Text.EN, name)
		}
		require.ElementsMatch(t, c.want, got, name)
	}
	many := `{"name":"a","list":[` + strings.Repeat("2,", 100) + `2]}`
	require.Len(t, s.Check([]byte(many)), 40, "as many reasons as a row may have")
	require.NotContains(t, s.Check([]byte(`{"name":"RSSMRA85T10A562S"}`))[0].Text.EN, "RSSMRA", "a reason never repeats the value")
	require.NotContains(t, s.Check([]byte(`{"name":"a","on":"RSSMRA85T10A562S"}`))[0].Text.EN, "RSSMRA")
}
