package tracing_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/tracing"
)

func TestWithoutAnEndpointNothingIsTraced(t *testing.T) {
	t.Parallel()
	stop, err := tracing.Start(t.Context(), tracing.Options{Service: "things"})
	require.NoError(t, err)
	require.False(t, tracing.On())
	require.NoError(t, stop(t.Context()))
	var got http.Header
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Header }))
	defer s.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, nil)
	require.NoError(t, err)
	r.Header.Set("Traceparent", "as it was")
	res, err := tracing.Transport("things", http.DefaultTransport).RoundTrip(r)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, "as it was", got.Get("Traceparent"))
}

func TestWrongSettingsAreRefused(t *testing.T) {
	t.Parallel()
	for endpoint, why := range map[string]string{"collector:4318": "W2W_OTLP_ENDPOINT", "ftp://collector": "W2W_OTLP_ENDPOINT", "http://": "W2W_OTLP_ENDPOINT"} {
		_, err := tracing.Start(t.Context(), tracing.Options{Endpoint: endpoint, Share: 1})
		require.ErrorContains(t, err, why, endpoint)
	}
	for _, share := range []float64{-.1, 1.1} {
		_, err := tracing.Start(t.Context(), tracing.Options{Endpoint: "http://collector:4318", Share: share})
		require.ErrorContains(t, err, "W2W_TRACE_SHARE")
	}
	require.False(t, tracing.On())
}

func TestAMethodThatACallerMadeUpHasNoName(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]string{"GET": "GET", "PATCH": "PATCH", "RSSMRA80A01H501U": "_OTHER"} {
		require.Equal(t, want, tracing.Method(&http.Request{Method: method}))
	}
}
