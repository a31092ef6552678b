package bench

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

// statement is what the service sent to PostgreSQL, with its parameters as text; nil is null.
type statement struct {
	sql    string
	params []*string
}

const logPrefix = "w2w-log "

// statements runs act and returns what one session of the server ran meanwhile: the one that mentions the mark
// that act returns. It reads PostgreSQL's own log, so that the limits run what the service really sends.
func (s *stage) statements(act func() (mark string)) []statement {
	s.b.Helper()
	file := filepath.Join(filepath.Dir(s.query("show data_directory")), "log")
	s.settings("alter system set log_line_prefix = '"+logPrefix+"%p '", "alter system set log_statement = 'all'")
	defer s.settings("alter system reset log_line_prefix", "alter system reset log_statement")
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		before, err := os.Stat(file)
		require.NoError(s.b, err)
		mark := act()
		text, err := os.ReadFile(file)
		require.NoError(s.b, err)
		// The settings reach a session when it next looks: its first statements may be missing.
		if found := session(string(text[before.Size():]), mark); len(found) > 0 {
			return found
		}
	}
	require.Fail(s.b, "the statements are not in the log")
	return nil
}

func (s *stage) settings(statements ...string) {
	for _, sql := range append(statements, "select pg_reload_conf()") {
		s.query(sql)
	}
}

// query runs a statement as the owner and returns its first value, if it has one.
func (s *stage) query(sql string) string {
	s.b.Helper()
	ctx := context.Background()
	db, err := pgconn.Connect(ctx, s.owner)
	require.NoError(s.b, err)
	defer db.Close(ctx)
	res := db.ExecParams(ctx, sql, nil, nil, nil, nil).Read()
	require.NoError(s.b, res.Err)
	if len(res.Rows) == 0 {
		return ""
	}
	return string(res.Rows[0][0])
}

var (
	executed   = regexp.MustCompile(`(?s)^(\d+) LOG:  (?:execute [^:]*|statement): (.*)$`)
	parameters = regexp.MustCompile(`(?s)^(\d+) DETAIL:  parameters: (.*)$`)
	parameter  = regexp.MustCompile(`\$\d+ = (NULL|'(?:[^']|'')*')`)
)

// session reads the statements of the session that mentions the mark.
func session(log, mark string) []statement {
	all := map[string][]statement{}
	chosen := ""
	for _, entry := range strings.Split("\n"+log, "\n"+logPrefix) {
		entry = strings.TrimSuffix(strings.ReplaceAll(entry, "\n\t", "\n"), "\n")
		if m := executed.FindStringSubmatch(entry); m != nil {
			all[m[1]] = append(all[m[1]], statement{sql: m[2]})
		}
		m := parameters.FindStringSubmatch(entry)
		if m == nil || len(all[m[1]]) == 0 {
			continue
		}
		last := &all[m[1]][len(all[m[1]])-1]
		for _, p := range parameter.FindAllStringSubmatch(m[2], -1) {
			last.params = append(last.params, unquote(p[1]))
		}
		if strings.Contains(m[2], mark) {
			chosen = m[1]
		}
	}
	return all[chosen]
}

func unquote(literal string) *string {
	if literal == "NULL" {
		return nil
	}
	text := strings.ReplaceAll(literal[1:len(literal)-1], "''", "'")
	return &text
}

// with returns those that contain the text.
func with(t testing.TB, all []statement, text string) statement {
	t.Helper()
	for _, s := range all {
		if strings.Contains(s.sql, text) {
			return s
		}
	}
	require.Fail(t, "no statement with "+text)
	return statement{}
}
