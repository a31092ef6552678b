package bench

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// script is a pgbench script with the variables that it needs.
type script struct {
	path      string
	variables []string // -D name=value
	service   string
	pgbench   string // the program
}

var (
	uuidForm    = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	placeholder = regexp.MustCompile(`\$(\d+)`)
)

// newScript turns statements into a transaction that pgbench can run again and again: parameters become
// variables, so that they travel as the service's do, and what must be new each time (ids, references, keys of
// persons) is made from a counter. The other parameters are the service's own, of the same size.
func (s *stage) newScript(statements []statement, renew func(value string) string) script {
	t := s.b
	t.Helper()
	x := script{service: s.service, pgbench: filepath.Join(s.query("select setting from pg_config where name = 'BINDIR'"), "pgbench"), path: filepath.Join(t.TempDir(), "script.sql")}
	lines := []string{`\set n :n + 1`}
	for i, s := range statements {
		sql := placeholder.ReplaceAllStringFunc(s.sql, func(p string) string {
			n, err := strconv.Atoi(p[1:])
			require.NoError(t, err)
			value := s.params[n-1]
			switch {
			case value == nil:
				return "null"
			case *value == "":
				return "''" // pgbench takes no empty variable
			}
			if expression := renew(*value); expression != "" {
				return expression
			}
			name := fmt.Sprintf("p%d_%d", i, n)
			x.variables = append(x.variables, "-D", name+"="+*value)
			return ":" + name
		})
		lines = append(lines, strings.ReplaceAll(sql, "\n", " ")+";")
	}
	require.NoError(t, os.WriteFile(x.path, []byte(strings.Join(lines, "\n")+"\n"), 0o644))
	return x
}

// pipelined sends the statements of the script in one go, as the service does.
func (x script) pipelined(t testing.TB) script {
	t.Helper()
	text, err := os.ReadFile(x.path)
	require.NoError(t, err)
	counter, rest, _ := strings.Cut(string(text), "\n")
	x.path = filepath.Join(t.TempDir(), "script.sql")
	require.NoError(t, os.WriteFile(x.path, []byte(counter+"\n\\startpipeline\n"+rest+"\\endpipeline\n"), 0o644))
	return x
}

// newID is an SQL expression for an id that grows with each transaction of a client, like the service's.
func newID(kind int) string {
	return fmt.Sprintf(`(lpad(to_hex(:n::bigint), 8, '0') || '-%04d-7000-8000-' || lpad(to_hex(:client_id::bigint), 12, '0'))`, kind)
}

// runs keeps the counters of one run apart from those of the next.
var runs atomic.Int64

var rate = regexp.MustCompile(`tps = ([0-9.]+)`)

// perSecond runs the script with prepared statements and returns transactions per second, without the time
// that connecting took.
func (x script) perSecond(t testing.TB, as string, d time.Duration) float64 {
	t.Helper()
	u, err := url.Parse(x.service)
	require.NoError(t, err)
	password, _ := u.User.Password()
	args := append([]string{"-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", "2", "-T", strconv.Itoa(max(1, int(d.Seconds()))), "-f", x.path,
		"-h", u.Hostname(), "-p", u.Port(), "-U", u.User.Username(), "-D", fmt.Sprintf("n=%d", runs.Add(1)*10_000_000)}, x.variables...)
	cmd := exec.Command(x.pgbench, append(args, strings.TrimPrefix(u.Path, "/"))...)
	cmd.Env = append(os.Environ(), "PGPASSWORD="+password, "PGOPTIONS=-c search_path=concessions,public -c w2w.administration="+as)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	found := rate.FindSubmatch(out)
	require.NotNil(t, found, string(out))
	tps, err := strconv.ParseFloat(string(found[1]), 64)
	require.NoError(t, err)
	return tps
}
