package concessions_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit"
	"w2w/pkg/testkit/apitest"
	"w2w/services/concessions"
)

const versions = "concessions.goose_concessions"

// replicaAt is a process of the service, and the address at which operators ask it.
type replicaAt struct {
	t        *testing.T
	internal string
	stop     context.CancelFunc
	ended    chan error
}

// starter starts processes of the service on a PostgreSQL of their own.
func starter(t *testing.T) *apitest.Starter {
	t.Helper()
	program := concessions.Program()
	return service.Starter(t, program.Run)
}

func startAt(t *testing.T, s *apitest.Starter) *replicaAt {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r := &replicaAt{t: t, internal: testkit.FreeAddress(t), stop: stop, ended: make(chan error, 1)}
	go func() { r.ended <- s.Start(ctx, t, "W2W_INTERNAL_ADDR="+r.internal) }()
	t.Cleanup(stop)
	return r
}

// ask returns the status and the document of an answer to operators.
func (r *replicaAt) ask(path string) (status int, doc object) {
	res, err := http.Get("http://" + r.internal + path)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	_ = json.NewDecoder(res.Body).Decode(&doc) // an answer in another form has no members
	return res.StatusCode, doc
}

// until waits for the status of readiness and the members given.
func (r *replicaAt) until(status int, members object) {
	r.t.Helper()
	var got object
	require.Eventually(r.t, func() bool {
		var now int
		now, got = r.ask("/readyz")
		for name, value := range members {
			if got[name] != value {
				return false
			}
		}
		return now == status
	}, 20*time.Second, 20*time.Millisecond, "%v", members)
	alive, _ := r.ask("/healthz")
	require.Equal(r.t, http.StatusOK, alive, "unready is not ill")
}

func (r *replicaAt) end() {
	r.t.Helper()
	r.stop()
	require.NoError(r.t, <-r.ended)
}

// TestWaitsForItsDatabase starts without a server, then with a schema that is too old: the process lives, says why it
// is not ready, and recovers by itself.
func TestWaitsForItsDatabase(t *testing.T) {
	t.Parallel()
	server := starter(t)
	server.Execute(t, "create table kept as select * from "+versions,
		"delete from "+versions+" where version_id = (select max(version_id) from "+versions+")")
	server.Stop()
	away := startAt(t, server)
	away.until(http.StatusServiceUnavailable, object{"code": "unavailable", "reason": "connection refused"})
	away.end()
	server.Restart(t)
	old := startAt(t, server)
	old.until(http.StatusServiceUnavailable, object{"schema": "concessions", "schema_version": 10.0, "binary_version": 15.0})
	server.Execute(t, "delete from "+versions, "insert into "+versions+" overriding system value select * from kept")
	old.until(http.StatusOK, nil)
	old.end()
}

// TestCompat is row 44 of the catalogue: two processes work on a schema that is a migration ahead of them, until a
// migration asks for a newer binary.
func TestCompat(t *testing.T) {
	t.Parallel()
	server := starter(t)
	first := startAt(t, server)
	first.until(http.StatusOK, nil)
	server.Execute(t, "alter table concessions.applications add column of_the_next_version text",
		"insert into "+versions+" (version_id, is_applied) values (99, true)")
	second := startAt(t, server)
	second.until(http.StatusOK, nil)
	first.until(http.StatusOK, nil)
	server.Execute(t, "insert into concessions.schema_needs values ('concessions', 99)")
	asked := object{"schema": "concessions", "schema_version": 99.0, "binary_version": 15.0, "least_version": 99.0}
	third := startAt(t, server)
	for _, r := range []*replicaAt{first, second, third} {
		r.until(http.StatusServiceUnavailable, asked)
	}
	server.Execute(t, "delete from concessions.schema_needs")
	for _, r := range []*replicaAt{first, second, third} {
		r.until(http.StatusOK, nil)
		r.end()
	}
}
