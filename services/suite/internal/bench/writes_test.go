package bench

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkWrites compares applications of 5 workers with pgbench running the statements of such a filing.
func BenchmarkWrites(b *testing.B) {
	s := open(b)
	s.file(b, 5)
	statements := s.statements(func() string { _, ref := s.file(b, 5); return ref })
	plain := s.newScript(statements, renewFiling())
	piped := plain.pipelined(b)
	found := interleave(s.filingLoad(5, clients),
		func(d time.Duration) float64 { return plain.perSecond(b, administration, d) },
		func(d time.Duration) float64 { return piped.perSecond(b, administration, d) })
	s.requireFilingsOf(5)
	against(b, row{name: "small writes: 5 workers, 16 clients, against pgbench", unit: "applications/s", target: 0.45}, found[0], found[1])
	against(b, row{name: "  against pgbench in pipelines", unit: "applications/s"}, found[0], found[2])
}

// renewFiling gives each transaction new ids, references and keys of persons.
func renewFiling() func(string) string {
	ids := map[string]int{}
	return func(value string) string {
		if id := uuidForm.FindString(value); id != "" && !strings.HasPrefix(value, "{") {
			if _, ok := ids[id]; !ok {
				ids[id] = len(ids)
			}
			if id == value {
				return newID(ids[id]) + "::uuid"
			}
			return "'" + strings.Replace(value, id, "' || "+newID(ids[id])+" || '", 1) + "'"
		}
		switch {
		case strings.HasPrefix(value, "B0"), strings.HasPrefix(value, "k0"):
			return `('P' || :client_id::text || '-' || :n::text)`
		case isKeys(value):
			return newKeys(strings.Count(value, ",") + 1)
		default:
			return ""
		}
	}
}

// isKeys says whether the parameter is the array of HMACs of tax codes: 37 bytes each.
func isKeys(value string) bool {
	first, _, _ := strings.Cut(strings.Trim(value, "{}"), ",")
	return strings.HasPrefix(first, `"\\x`) && len(first) == len(`"\\x"`)+2*37
}

// newKeys is an array of as many new ones.
func newKeys(n int) string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprintf(`'\x0102030405'::bytea || sha256((:client_id::text || '-' || :n::text || '-%d')::bytea)`, i)
	}
	return "array[" + strings.Join(keys, ", ") + "]"
}

// requireFilingsOf makes sure that both sides wrote whole applications, and equally large ones.
func (s *stage) requireFilingsOf(workers int) {
	s.b.Helper()
	for _, side := range []string{"B%", "P%"} {
		n := s.query("select count(*) from concessions.applications where ref like '" + side + "'")
		require.NotEqual(s.b, "0", n)
		for table, each := range map[string]int{"application_workers": workers, "transitions": 1} {
			got := s.query(fmt.Sprintf(`select count(*) / %d from concessions.%s where application_id in (select id from concessions.applications where ref like '%s')`, each, table, side))
			require.Equal(s.b, n, got, table)
		}
	}
}
