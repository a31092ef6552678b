package house_test

import (
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"w2w/pkg/tracing"
)

// receiver is a collector of traces.
type receiver struct {
	mu    sync.Mutex
	spans []*otlp.Span
	text  string // of all that was received
}

// ServeHTTP takes spans over OTLP/HTTP.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	raw, err := io.ReadAll(req.Body)
	var got collector.ExportTraceServiceRequest
	if err == nil {
		err = proto.Unmarshal(raw, &got)
	}
	if err != nil || req.URL.Path != "/v1/traces" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text += protojson.Format(&got)
	for _, of := range got.ResourceSpans {
		for _, in := range of.ScopeSpans {
			r.spans = append(r.spans, in.Spans...)
		}
	}
}

// children are the spans under the one given, by name.
func (r *receiver) children(of *otlp.Span) map[string]*otlp.Span {
	found := map[string]*otlp.Span{}
	for _, s := range r.spans {
		if string(s.ParentSpanId) == string(of.SpanId) && string(s.TraceId) == string(of.TraceId) {
			found[s.Name] = s
		}
	}
	return found
}

// linked is the span that names a trace of outside without belonging to it.
func (r *receiver) linked(t *testing.T, outside string) *otlp.Span {
	t.Helper()
	for _, s := range r.spans {
		if len(s.Links) == 1 && hex.EncodeToString(s.Links[0].TraceId) == outside {
			require.NotEqual(t, outside, hex.EncodeToString(s.TraceId), "a trace of outside is not continued")
			require.Empty(t, s.ParentSpanId)
			return s
		}
	}
	require.Fail(t, "nothing is linked with the caller's trace")
	return nil
}

// TestATraceGoesFromTheGatewayToTheDatabase follows one call whose path, query, token and trace headers say what must
// not leave the house.
func TestATraceGoesFromTheGatewayToTheDatabase(t *testing.T) {
	received := &receiver{}
	s := httptest.NewServer(received)
	defer s.Close()
	stop, err := tracing.Start(t.Context(), tracing.Options{Endpoint: s.URL, Service: "test", Version: "1", Share: 1,
		Report: func(err error) { t.Error(err) }})
	require.NoError(t, err)
	a := openApart(t)
	token, err := a.token()
	require.NoError(t, err)
	const outside, secret = "0af7651916cd43dd8448eb211c80319c", "RSSMRA80A01H501U"
	for _, path := range []string{"/concessions/v1/plafonds?year=2010", "/concessions/v1/applications/" + secret + "?q=" + secret} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.url+path, nil)
		require.NoError(t, err)
		r.Header = http.Header{"Authorization": {"Bearer " + token}, "Tracestate": {"a=" + secret}, "X-Request-Id": {secret}}
		if path[len(path)-1] == '0' {
			r.Header.Set("Traceparent", "00-"+outside+"-b7ad6b7169203331-01")
		}
		res, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
	}
	require.NoError(t, stop(t.Context()))
	require.False(t, tracing.On())

	front := received.linked(t, outside)
	require.Equal(t, "GET /concessions/v1/*path", front.Name)
	call := received.children(front)["GET"]
	require.NotNil(t, call, "the gateway's call")
	require.Equal(t, otlp.Span_SPAN_KIND_CLIENT, call.Kind)
	service := received.children(call)["GET /concessions/v1/plafonds"]
	require.NotNil(t, service, "the service's answer")
	batch := received.children(service)["batch"]
	require.NotNil(t, batch, "the round trip to the database")
	require.NotEmpty(t, batch.Events)
	require.Contains(t, received.text, "from plafond_accounts a where ($1 = ''")
	for _, kept := range []string{secret, token, "year=2010", "?q="} {
		require.NotContains(t, received.text, kept)
	}
}
