package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/bulk"
	"w2w/pkg/clock"
	"w2w/pkg/testkit"
	"w2w/services/lsu"
)

const poolAPI = "/lsu/v1"

var poolScopes = strings.Fields("pool:read pool:upload months:submit months:close people:read plafonds:read plafonds:assign acts:backdate")

// ward is lsu at work on a database of its own.
type ward struct {
	*stage
	people string // folder of the keys of persons
}

func openWard(b *testing.B) *ward {
	b.Helper()
	w := &ward{&stage{b: b, name: lsu.Name, scopes: poolScopes}, b.TempDir()}
	w.owner, w.service = testkit.URLs(b, w.name, lsu.Migrations()...)
	w.sign(b.TempDir())
	service, err := lsu.New(context.Background(), lsu.Config{PersonKeys: w.people, MakeKeys: true},
		lsu.Deps{DB: w.database(), Keys: w.keys, Log: logger(b), Clock: clock.System, Metrics: prometheus.NewRegistry()})
	require.NoError(b, err)
	b.Cleanup(service.Close)
	w.inner = w.listen(service.Public())
	return w
}

// call sends a request of a client of an administration, wants the status, and returns the answer with the time that
// it took.
func (w *ward) call(client, of string, r *http.Request, status int) ([]byte, time.Duration) {
	w.b.Helper()
	r.Header.Set(auth.HeaderInternal, w.tokenOf(client, of))
	if r.Method != http.MethodGet {
		r.Header.Set("Idempotency-Key", fresh("k"))
	}
	start := time.Now()
	res, err := http.DefaultClient.Do(r)
	require.NoError(w.b, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	took := time.Since(start)
	require.NoError(w.b, err)
	require.Equal(w.b, status, res.StatusCode, string(body[:min(len(body), 2000)]))
	return body, took
}

func (w *ward) request(method, target, media string, body []byte) *http.Request {
	w.b.Helper()
	r, err := http.NewRequest(method, target, bytes.NewReader(body))
	require.NoError(w.b, err)
	if body != nil {
		r.Header.Set("Content-Type", media)
	}
	return r
}

// tell sends JSON.
func (w *ward) tell(client, of, path string, body object, headers ...string) time.Duration {
	w.b.Helper()
	text, err := json.Marshal(body)
	require.NoError(w.b, err)
	r := w.request(http.MethodPost, w.inner+poolAPI+path, "application/json", text)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	_, took := w.call(client, of, r, http.StatusCreated)
	return took
}

// intake is what the answer to an upload says.
type intake struct {
	Intake struct {
		ID       string `json:"id"`
		Accepted int    `json:"accepted"`
		Rejected int    `json:"rejected"`
		Unread   int    `json:"unread"`
	} `json:"intake"`
}

// upload sends a list as CSV.
func (w *ward) upload(path string, list []byte) (x intake, took time.Duration) {
	w.b.Helper()
	return w.uploadAs(w.inner, path, bulk.MediaCSV, list)
}

func (w *ward) uploadAs(at, path, media string, list []byte) (x intake, took time.Duration) {
	w.b.Helper()
	answer, took := w.call("ministry", auth.AllAdministrations, w.request(http.MethodPost, at+poolAPI+path, media, list), http.StatusCreated)
	require.NoError(w.b, json.Unmarshal(answer, &x))
	require.Zero(w.b, x.Intake.Unread)
	return x, took
}
