package apitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/fault"
)

const (
	keyHeader      = "Idempotency-Key"
	replayedHeader = "Idempotency-Replayed"
)

// atOnce is how many send a write under one key at the same time.
const atOnce = 8

// Repeater stands before the service. It sends each write that takes a key without one, many times at once under its
// key, once more, and with another body under it.
type Repeater struct {
	Seen  map[string]int // how often each route was repeated, by method and path
	Wrong []string

	house *House
}

// Repeated is the house behind a repeater.
func (h *House) Repeated() (*House, *Repeater) {
	h.T.Helper()
	s := &Repeater{Seen: map[string]int{}, house: h}
	front := httptest.NewServer(s)
	h.T.Cleanup(front.Close)
	return h.At(front.URL), s
}

// keyed says whether a route takes a key.
func (h *House) keyed(route string) bool {
	for _, r := range h.Routes() {
		for _, p := range r.Op.Parameters {
			if r.Name == route && p.Value.Name == keyHeader {
				return true
			}
		}
	}
	return false
}

// forward sends a request to the service, with other headers than it has; they come as pairs.
func (h *House) forward(r *http.Request, body []byte, headers ...string) (Answer, error) {
	to, err := http.NewRequest(r.Method, h.URL+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	to.Header = r.Header.Clone()
	for i := 0; i < len(headers); i += 2 {
		to.Header.Del(headers[i])
		if headers[i+1] != "" {
			to.Header.Set(headers[i], headers[i+1])
		}
	}
	res, err := http.DefaultClient.Do(to)
	if err != nil {
		return Answer{}, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return Answer{res.StatusCode, res.Header, raw}, err
}

// ServeHTTP implements http.Handler.
func (s *Repeater) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusTeapot)
		return
	}
	var a Answer
	if route := s.house.Contract.Route(r); s.house.keyed(route) {
		a, err = s.repeat(route, r, body)
	} else {
		a, err = s.house.forward(r, body)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusTeapot)
		return
	}
	maps.Copy(w.Header(), a.Header)
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Raw)
}

func (s *Repeater) repeat(route string, r *http.Request, body []byte) (Answer, error) {
	before := s.house.Fingerprint()
	keyless, err := s.house.forward(r, body, keyHeader, "")
	if err != nil {
		return keyless, err
	}
	s.want(route, "without a key", keyless, fault.IdempotencyKeyMissing)
	if s.house.Fingerprint() != before {
		s.Wrong = append(s.Wrong, route+" left something behind without a key")
	}
	first, err := s.race(route, r, body)
	if err != nil || first.Status >= http.StatusBadRequest {
		return first, err // a refusal is not remembered
	}
	s.Seen[route]++
	after := s.house.Fingerprint()
	again, err := s.house.forward(r, body)
	if err != nil {
		return again, err
	}
	if again.Header.Get(replayedHeader) != "true" || !same(again, first) {
		s.Wrong = append(s.Wrong, fmt.Sprintf("%s answered again with %d %s", route, again.Status, again.Raw))
	}
	if len(body) > 0 { // a write that takes none has no other
		var other Answer
		other, err = s.house.forward(r, append(bytes.Clone(body), ' '))
		s.want(route, "with another body", other, fault.IdempotencyKeyReused)
	}
	if s.house.Fingerprint() != after {
		s.Wrong = append(s.Wrong, route+" has more than one effect")
	}
	return first, err
}

// race sends a write many times at once: one answer is the first, and the others tell of it or that it is under way.
func (s *Repeater) race(route string, r *http.Request, body []byte) (first Answer, err error) {
	var answers [atOnce]Answer
	var errs [atOnce]error
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i], errs[i] = s.house.forward(r, body) })
	}
	all.Wait()
	fresh := 0
	for i, a := range answers {
		switch {
		case errs[i] != nil:
			return a, errs[i]
		case a.Header.Get(replayedHeader) == "" && codeOf(a) != fault.RequestInProgress:
			fresh, first = fresh+1, a
		}
	}
	if first.Status >= http.StatusBadRequest {
		return first, nil
	}
	if fresh != 1 {
		s.Wrong = append(s.Wrong, fmt.Sprintf("%s has had %d effects under one key", route, fresh))
	}
	for _, a := range answers {
		if codeOf(a) != fault.RequestInProgress && !same(a, first) {
			s.Wrong = append(s.Wrong, fmt.Sprintf("%s answered %d %s and %d %s", route, first.Status, first.Raw, a.Status, a.Raw))
		}
	}
	return first, nil
}

// same says whether two answers say the same, whatever the order of members.
func same(a, b Answer) bool {
	var x, y any
	if json.Unmarshal(a.Raw, &x) != nil || json.Unmarshal(b.Raw, &y) != nil {
		return false
	}
	left, _ := json.Marshal(x)
	right, _ := json.Marshal(y)
	return a.Status == b.Status && bytes.Equal(left, right) && a.Header.Get("Location") == b.Header.Get("Location") && a.Header.Get("ETag") == b.Header.Get("ETag")
}

func codeOf(a Answer) fault.Code {
	var problem struct{ Code fault.Code }
	if a.Status < http.StatusBadRequest || json.Unmarshal(a.Raw, &problem) != nil {
		return ""
	}
	return problem.Code
}

func (s *Repeater) want(route, how string, a Answer, code fault.Code) {
	if codeOf(a) != code {
		s.Wrong = append(s.Wrong, fmt.Sprintf("%s answered %s with %d %s", route, how, a.Status, a.Raw))
	}
}

// RequireTried wants every write that takes a key to have been repeated, and to have had one effect.
func (s *Repeater) RequireTried(t testing.TB) {
	t.Helper()
	require.Empty(t, strings.Join(s.Wrong, "\n"))
	for _, r := range s.house.Routes() {
		if s.house.keyed(r.Name) {
			require.Positive(t, s.Seen[r.Name], "%s was not tried: let this test make it", r.Name)
		}
	}
}
