package bench

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
)

// granted is how many applications wait in ACCOLTA: more than a run can commit.
const granted = 100_000

// BenchmarkPlafond compares commitments on one account with pgbench reserving from it by the one statement that
// the ledger uses. A commitment also locks, moves and records its application, and keeps its answer for its key.
func BenchmarkPlafond(b *testing.B) {
	s := open(b)
	ids := s.multiply(s.grant(1)[0], granted)
	var next atomic.Int64
	statements := s.statements(func() string { return s.commit(ids[next.Add(1)]) })
	reserve := s.newScript([]statement{with(b, statements, "update plafond_accounts")}, func(value string) string {
		if strings.HasPrefix(value, "application/") {
			return `('bench/' || :client_id::text || '/' || :n::text)`
		}
		return ""
	})
	found := interleave(s.commitments(ids, &next), func(d time.Duration) float64 { return reserve.perSecond(b, administration, d) })
	against(b, row{name: "one hot plafond: commitments, 16 clients, against the statement", unit: "commitments/s", target: 0.6}, found[0], found[1])
}

// grant brings applications to ACCOLTA as officials do.
func (s *stage) grant(n int) []string {
	s.b.Helper()
	s.post("*", "/plafonds/assignments", object{"administration": administration, "year": 2010, "family": "CIG_DEROGA",
		"cents": 9_000_000_000_000, "act": "DI 1/2010", "assigned_on": "2010-01-10"})
	ids := make([]string, n)
	for i := range ids {
		f, _ := s.file(s.b, 1)
		ids[i] = f.Application.ID
		at := "/applications/" + ids[i]
		s.post(administration, at+"/transitions", object{"event": "PROTOCOLLA", "acted_on": "2010-04-06"}, "If-Match", `"2"`)
		s.post(administration, at+"/transitions", object{"event": "AVVIA_ISTRUTTORIA", "acted_on": "2010-04-06"}, "If-Match", `"3"`)
		s.post(administration, at+"/examination", object{})
	}
	var session struct {
		ID string `json:"id"`
	}
	require.NoError(s.b, json.Unmarshal(s.post(administration, "/table-sessions", object{"level": "REGIONALE", "held_on": "2010-04-20", "place": "Milano",
		"application_ids": ids, "participants": []object{{"organisation": "Regione", "people": 1}}}), &session))
	outcomes := make([]object, n)
	for i, id := range ids {
		outcomes[i] = object{"application_id": id, "outcome": "ACCOLTA", "active_policy_measure": "Riqualificazione"}
	}
	s.post(administration, "/table-sessions/"+session.ID+"/outcomes", object{"minutes": "Accordo.", "outcomes": outcomes})
	return ids
}

// multiply copies an application many times under new ids and references.
func (s *stage) multiply(id string, times int) (ids []string) {
	s.b.Helper()
	ctx := context.Background()
	db, err := pgx.Connect(ctx, s.owner)
	require.NoError(s.b, err)
	defer db.Close(ctx)
	rows, err := db.Query(ctx, `insert into concessions.applications
		select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'ref', 'C' || n, 'created_at', a.created_at + n * interval '1 second'))).*
		from concessions.applications a, generate_series(1, $2::int) n where a.id = $1 returning id::text`, id, times)
	require.NoError(s.b, err)
	ids, err = pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(s.b, err)
	_, err = db.Exec(ctx, "vacuum analyze concessions.applications")
	require.NoError(s.b, err)
	return ids
}

func (s *stage) commitment(id, token, key string) []byte {
	return raw(s.b, http.MethodPost, s.inner+api+"/applications/"+id+"/commitment", []byte(`{"decree_date":"2010-05-05"}`),
		auth.HeaderInternal, token, "Idempotency-Key", key)
}

func (s *stage) commit(id string) string {
	s.b.Helper()
	once(s.b, s.commitment(id, s.token(administration), fresh("k")), hostOf(s.b, s.inner), http.StatusCreated)
	return id
}

// commitments commits the applications one after the other, from all clients at once.
func (s *stage) commitments(ids []string, next *atomic.Int64) side {
	return func(d time.Duration) float64 {
		key := fresh("k")
		request := newTemplate(s.b, s.commitment(ids[0], s.token(administration), key), ids[0], key)
		l := load{address: hostOf(s.b, s.inner), clients: clients, status: http.StatusCreated, next: func(buf []byte, _ int) []byte {
			return request.fill(buf, ids[next.Add(1)], fresh("k"))
		}}
		return l.perSecond(s.b, d)
	}
}
