package sheets

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPartsKeepTheOrderAndTheLimits(t *testing.T) {
	t.Parallel()
	wrong := &Faults{}
	table := Read("a.csv", []byte("x,y,z\n1,a,\n2,\"b, c\",\n3,\"d\ne\",\n4,f,\n5,g,\n"), []string{"x", "y"}, wrong)
	require.NoError(t, wrong.Err())
	cut := func(rows, bytes int) (texts, from []string) {
		for n, p := range Parts([]string{"y", "x"}, table.Rows, rows, bytes) {
			require.Len(t, texts, n)
			texts, from = append(texts, string(p.CSV)), append(from, p.From)
		}
		return texts, from
	}
	texts, from := cut(2, 1<<20)
	require.Equal(t, []string{"y,x\na,1\n\"b, c\",2\n", "y,x\n\"d\ne\",3\nf,4\n", "y,x\ng,5\n"}, texts)
	require.Equal(t, []string{"a.csv, lines 2 to 3", "a.csv, lines 4 to 6", "a.csv, lines 7 to 7"}, from)
	texts, _ = cut(100, 5)
	require.Len(t, texts, 5, "a row a call, however long")
	texts, _ = cut(100, 1<<20)
	require.Equal(t, 1, strings.Count(strings.Join(texts, ""), "y,x"))
	require.True(t, table.Rows[0].Has("z"))
	require.False(t, table.Rows[0].Has("w"))
}
