package tracing_test

import (
	"compress/gzip"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"w2w/pkg/tracing"
)

// answers are what a collector says, one after the other.
type answers struct {
	t      *testing.T
	mu     sync.Mutex
	status []int
	body   []byte // of the last
	got    []*http.Request
	names  []string // of the spans that it took
}

func (a *answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	status := a.status[min(len(a.got), len(a.status)-1)]
	a.got = append(a.got, r)
	if status != http.StatusOK {
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(status)
		return
	}
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			a.t.Error(err)
			return
		}
		body = unzipped
	}
	raw, err := io.ReadAll(body)
	var spans otlp.TracesData
	if err != nil || proto.Unmarshal(raw, &spans) != nil {
		a.t.Error("this is no OTLP")
		return
	}
	for _, s := range spans.ResourceSpans[0].ScopeSpans[0].Spans {
		a.names = append(a.names, s.Name)
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
	_, _ = w.Write(a.body)
}

// sendOne makes a span, sends it and returns what was reported.
func sendOne(t *testing.T, endpoint string) (reported []error) {
	t.Helper()
	stop, err := tracing.Start(t.Context(), tracing.Options{Endpoint: endpoint, Service: "test", Version: "1", Share: 1,
		Report: func(err error) { reported = append(reported, err) }})
	require.NoError(t, err)
	_, span := tracing.Tracer().Start(t.Context(), "a span")
	span.End()
	require.NoError(t, stop(t.Context()))
	return reported
}

func TestSpansAreSentAgainWhenTheCollectorAsksForIt(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "X-Tenant=w2w,Authorization=Basic%20abc")
	t.Setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
	a := &answers{t: t, status: []int{503, 200}}
	s := httptest.NewServer(a)
	defer s.Close()
	began := time.Now()
	require.Empty(t, sendOne(t, s.URL))
	require.GreaterOrEqual(t, time.Since(began), time.Second, "not before the collector wants it")
	require.Equal(t, []string{"a span"}, a.names)
	require.Len(t, a.got, 2)
	require.Equal(t, "/v1/traces", a.got[1].URL.Path)
	require.Equal(t, "application/x-protobuf", a.got[1].Header.Get("Content-Type"))
	require.Equal(t, "Basic abc", a.got[1].Header.Get("Authorization"))
	require.Equal(t, "w2w", a.got[1].Header.Get("X-Tenant"))
}

func TestWhatACollectorRefusesIsReported(t *testing.T) {
	a := &answers{t: t, status: []int{400, 200}}
	s := httptest.NewServer(a)
	defer s.Close()
	reported := sendOne(t, s.URL)
	require.Len(t, reported, 1)
	require.ErrorContains(t, reported[0], "400 Bad Request")
	require.Len(t, a.got, 1, "a fault is not sent again")

	part := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 7)
	part = protowire.AppendString(protowire.AppendTag(part, 2, protowire.BytesType), "too old")
	a.body = protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), part)
	reported = sendOne(t, s.URL)
	require.Len(t, reported, 1)
	require.ErrorContains(t, reported[0], "refused 7 spans: too old")
	for _, none := range [][]byte{nil, {0x0a, 0x00}, {0xff}, {0x0a, 0x7f}} {
		a.body = none
		require.Empty(t, sendOne(t, s.URL))
	}
}

func TestACollectorThatIsNotThereIsReportedAtOnce(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	began := time.Now()
	require.Len(t, sendOne(t, s.URL), 1)
	require.Less(t, time.Since(began), 3*time.Second)
}

func TestACollectorWithACertificateOfItsOwnIsTrusted(t *testing.T) {
	a := &answers{t: t, status: []int{200}}
	s := httptest.NewTLSServer(a)
	defer s.Close()
	file := filepath.Join(t.TempDir(), "ca.crt")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600))
	t.Setenv("OTEL_EXPORTER_OTLP_CERTIFICATE", file)
	require.Empty(t, sendOne(t, s.URL))
	require.Equal(t, []string{"a span"}, a.names)
}

func TestWrongSettingsOfTheCollectorAreRefused(t *testing.T) {
	for key, value := range map[string]string{"HEADERS": "secret", "TIMEOUT": "10s", "COMPRESSION": "zstd", "CERTIFICATE": "/nothing", "CLIENT_KEY": "/nothing",
		"PROTOCOL": "grpc", "TRACES_TIMEOUT": "-1"} {
		t.Run(key, func(t *testing.T) {
			t.Setenv("OTEL_EXPORTER_OTLP_"+key, value)
			_, err := tracing.Start(t.Context(), tracing.Options{Endpoint: "http://collector:4318", Share: 1})
			require.ErrorContains(t, err, "OTEL_EXPORTER_OTLP_"+key)
			require.NotContains(t, err.Error(), "secret")
		})
	}
}
