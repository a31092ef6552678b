package gateway_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/services/gateway"
)

// byGateway is how INPS checks what the gateway signed for it, with the keys that it publishes.
func (h *house) byGateway() auth.Signatory {
	h.t.Helper()
	keys, err := auth.NewKeys(auth.JWKS{Keys: h.keysPublished()})
	require.NoError(h.t, err)
	return auth.Signatory{Client: issuer, Audience: "inps", Keys: keys, Now: time.Now}
}

// raw is the answer with its trailer.
func (h *house) raw(r *http.Request) (res *http.Response, body []byte) {
	h.t.Helper()
	res, err := http.DefaultClient.Do(r)
	require.NoError(h.t, err)
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	require.NoError(h.t, err)
	return res, body
}

func TestAnswersToINPSAreSigned(t *testing.T) {
	t.Parallel()
	h := trusting(t, newPDND(t), required)
	long := strings.Repeat("decree;", 5000)
	for name, tc := range map[string]struct {
		method, path, body string
		status             int
		trailing           bool
	}{
		"an answer":                         {"POST", "/echo/v1/x", letter, 200, false},
		"as long as may wait":               {"POST", "/echo/v1/x", long[:1000], 200, false},
		"a byte longer":                     {"POST", "/echo/v1/x", long[:1001], 200, true},
		"a long answer":                     {"POST", "/echo/v1/x", long, 200, true},
		"a refusal of the gateway":          {"POST", "/echo/v1/x", strings.Repeat("x", 64<<10+1), 413, false},
		"a refusal for want of a signature": {"POST", "/echo/v1/letters", letter, 401, false},
		"an answer of a service":            {"GET", "/concessions/v1/decrees", "", 200, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := h.call("inps", tc.method, tc.path, strings.NewReader(tc.body))
			r.Header.Set("Content-Type", "text/csv")
			res, body := h.raw(r)
			require.Equal(t, tc.status, res.StatusCode)
			if tc.status == 200 && tc.method == http.MethodPost {
				require.Equal(t, tc.body, string(body))
			}
			m := auth.Message{Header: res.Header, Body: body}
			if tc.trailing {
				require.Empty(t, res.Header.Get("Digest"), "a signature that comes later is not announced as done")
				for _, name := range []string{"Digest", "Agid-JWT-Signature"} {
					m.Header.Set(name, res.Trailer.Get(name))
				}
			}
			_, err := auth.VerifyIntegrity(t.Context(), m, h.byGateway())
			require.NoError(t, err)
			m.Body = append(m.Body, ' ')
			_, err = auth.VerifyIntegrity(t.Context(), m, h.byGateway())
			require.Error(t, err)
		})
	}
}

func TestWhatIsNotSigned(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	for name, r := range map[string]*http.Request{
		"to a portal": h.call("portal-lazio", http.MethodGet, "/concessions/v1/x", nil),
		"no body":     h.call("inps", http.MethodHead, "/concessions/v1/x", nil),
		"to nobody":   h.request(http.MethodGet, "/concessions/v1/x", nil),
		"public":      h.request(http.MethodGet, "/status", nil),
	} {
		t.Run(name, func(t *testing.T) {
			res, _ := h.raw(r)
			require.Empty(t, res.Header.Get("Agid-JWT-Signature"))
			require.Empty(t, res.Trailer)
		})
	}
	res, _ := h.raw(h.call("inps", http.MethodGet, "/concessions/v1/x", nil))
	require.NotEmpty(t, res.Header.Get("Agid-JWT-Signature"), "INPS is signed for without a file, too")
}

func TestHalfAnAnswerIsNeverSigned(t *testing.T) {
	t.Parallel()
	half := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("x", 2<<20*len(r.URL.Query().Get("long"))+10))
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(half.Close)
	h := newHouse(t, func(c *gateway.Config) { c.Routes["half"] = half.URL })
	for _, path := range []string{"/half/v1/x", "/half/v1/x?long=1"} {
		res, err := http.DefaultClient.Do(h.call("inps", http.MethodGet, path, nil))
		if err == nil {
			_, err = io.ReadAll(res.Body)
			require.NoError(t, res.Body.Close())
			require.Empty(t, res.Trailer.Get("Agid-JWT-Signature"))
		}
		require.Error(t, err, path)
	}
}
