package bench

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

const intakeWorkers = 400

// BenchmarkIntake compares applications of 400 workers, one after the other, with COPY of the rows that such a
// filing leaves, into the same tables and with the same commits.
func BenchmarkIntake(b *testing.B) {
	s := open(b)
	f, ref := s.file(b, intakeWorkers)
	rows := s.rowsOf(f, ref)
	found := interleave(s.filingLoad(intakeWorkers, 1), rows.perSecond)
	s.requireFilingsOf(intakeWorkers)
	for _, side := range found {
		for i := range side {
			side[i] *= intakeWorkers
		}
	}
	against(b, row{name: "intake: 400 workers in a POST, against COPY of the rows", unit: "workers/s", target: 0.25}, found[0], found[1])
}

// copies are the rows of one filing in COPY's text form, table by table, with what must be new each time.
type copies struct {
	b      *testing.B
	db     *pgconn.PgConn
	tables []copied
}

type copied struct {
	into  string
	text  template
	marks []mark
}

// mark is a text of the rows and what makes a new one of the same length.
type mark struct {
	text  string
	renew func() string
}

// columnsOf lists those that the service fills: not the ones that number themselves.
const columnsOf = `select string_agg(quote_ident(column_name), ', ' order by ordinal_position) from information_schema.columns
where table_schema = $1 and table_name = $2 and is_identity = 'NO' and is_generated = 'NEVER' and column_name <> 'xid'`

// rowsOf reads all rows that a filing wrote. COPY is refused under row-level security: it runs as the owner.
func (s *stage) rowsOf(f filed, ref string) copies {
	s.b.Helper()
	ctx := context.Background()
	db, err := pgconn.Connect(ctx, s.owner)
	require.NoError(s.b, err)
	s.b.Cleanup(func() { db.Close(ctx) })
	id := f.Application.ID
	c := copies{b: s.b, db: db}
	for _, t := range []struct{ name, where string }{
		{"applications", "id = '" + id + "'"}, {"application_workers", "application_id = '" + id + "'"}, {"transitions", "application_id = '" + id + "'"},
		{"outbox", "subject = 'application/" + id + "'"}, {"audit_records", "subject = 'application/" + id + "'"},
		{"idempotency_keys", "response->'application'->>'id' = '" + id + "'"},
	} {
		part := s.copyOut(db, t.name, t.where)
		marks := marksOf(string(part.text), id, ref)
		names := make([]string, len(marks))
		for i, m := range marks {
			names[i] = m.text
		}
		c.tables = append(c.tables, copied{part.into, newTemplate(s.b, part.text, names...), marks})
	}
	return c
}

// part are rows of a table in COPY's text form, and the statement that takes them in again.
type part struct {
	into string
	text []byte
}

// copyOut reads rows of a table of the service; where may end in an order.
func (s *stage) copyOut(db *pgconn.PgConn, table, where string) part {
	s.b.Helper()
	columns := db.ExecParams(context.Background(), columnsOf, [][]byte{[]byte(s.name), []byte(table)}, nil, nil, nil).Read()
	require.NoError(s.b, columns.Err)
	var text bytes.Buffer
	_, err := db.CopyTo(context.Background(), &text, fmt.Sprintf("copy (select %s from %s.%s where %s) to stdout", columns.Rows[0][0], s.name, table, where))
	require.NoError(s.b, err)
	return part{fmt.Sprintf("copy %s.%s (%s) from stdin", s.name, table, columns.Rows[0][0]), text.Bytes()}
}

var (
	copiedKey = regexp.MustCompile(`\\\\x01[0-9a-f]{72}\t`)
	rowID     = regexp.MustCompile(`(?m)^` + uuidForm.String())
	clientKey = regexp.MustCompile(`(?m)^portal\tk[0-9]{15}`)
)

// marksOf finds the ids, references, idempotency keys and keys of persons in the rows of a table. The
// application's own id comes first: fill lets a later mark win, and there is one new id for all tables.
func marksOf(text, application, ref string) []mark {
	marks := []mark{{application, nil}}
	if strings.Contains(text, ref) {
		marks = append(marks, mark{ref, func() string { return fresh("P") }})
	}
	if key := clientKey.FindString(text); key != "" {
		marks = append(marks, mark{key, func() string { return "portal\t" + fresh("k") }})
	}
	for _, id := range rowID.FindAllString(text, -1) {
		if id != application {
			marks = append(marks, mark{id, newUUID})
		}
	}
	for _, key := range copiedKey.FindAllString(text, -1) {
		marks = append(marks, mark{key, func() string { return `\\x01` + key[len(`\\x01`):len(key)-17] + fresh("") + "\t" }})
	}
	return marks
}

func newUUID() string {
	n := fresh("")
	return fmt.Sprintf("%s-%s-7000-8000-000000000000", n[4:12], n[12:])
}

func (c copies) perSecond(d time.Duration) float64 {
	ctx, start, done := context.Background(), time.Now(), 0
	exec := func(sql string) { require.NoError(c.b, c.db.Exec(ctx, sql).Close()) }
	for time.Since(start) < d {
		application := newUUID()
		exec("begin")
		for _, t := range c.tables {
			values := make([]string, len(t.marks))
			values[0] = application
			for i, m := range t.marks[1:] {
				values[i+1] = m.renew()
			}
			_, err := c.db.CopyFrom(ctx, bytes.NewReader(t.text.fill(nil, values...)), t.into)
			require.NoError(c.b, err)
		}
		exec("commit")
		done++
	}
	return float64(done) / time.Since(start).Seconds()
}
