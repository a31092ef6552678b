package bench

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
)

// filings makes new applications without end: the same but for reference, key and persons.
type filings struct {
	request template
	codes   int
}

func (s *stage) filings(workers int) filings {
	body, ref, codes := istanza(workers)
	text, err := json.Marshal(body)
	require.NoError(s.b, err)
	request := raw(s.b, http.MethodPost, s.inner+api+"/applications", text, auth.HeaderInternal, s.token(administration), "Idempotency-Key", ref)
	return filings{newTemplate(s.b, request, append([]string{ref}, codes...)...), workers}
}

// write is a call: each has a reference of its own, which is its key too.
func (f filings) write(buf []byte, _ int) []byte {
	values := make([]string, 0, 1+f.codes)
	values = append(values, fresh("B"))
	for range f.codes {
		values = append(values, person())
	}
	return f.request.fill(buf, values...)
}

// filingLoad sends them from so many clients; the token is new each time, since it lives for a minute.
func (s *stage) filingLoad(workers, clients int) side {
	return func(d time.Duration) float64 {
		l := load{address: hostOf(s.b, s.inner), clients: clients, status: http.StatusCreated, next: s.filings(workers).write}
		return l.perSecond(s.b, d)
	}
}

type filed struct {
	Application struct {
		ID            string `json:"id"`
		EstimateCents int64  `json:"estimate_cents"`
		Accepted      int    `json:"accepted_workers"`
	} `json:"application"`
}

// file sends one application and wants every worker accepted.
func (s *stage) file(t testing.TB, workers int) (f filed, ref string) {
	t.Helper()
	body, ref, _ := istanza(workers)
	require.NoError(t, json.Unmarshal(s.post(administration, "/applications", body), &f))
	require.Equal(t, workers, f.Application.Accepted)
	return f, ref
}
