package portal_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/services/suite/internal/portal"
)

const issuer = "https://gateway.example"

// suite answers calls in turn as its script says, the last one again and again, and counts tokens.
type suite struct {
	t      *testing.T
	script []http.HandlerFunc
	calls  atomic.Int64
	tokens atomic.Int64
	keys   []string
}

// ServeHTTP implements http.Handler.
func (s *suite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/.well-known/oauth-authorization-server":
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": issuer})
	case "/oauth2/token":
		claims := jwt.RegisteredClaims{}
		_, _, err := jwt.NewParser().ParseUnverified(r.FormValue("client_assertion"), &claims)
		if err != nil || len(claims.Audience) != 1 || claims.Audience[0] != issuer {
			s.t.Errorf("assertion for %v, %v", claims.Audience, err)
		}
		if s.tokens.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "t", "expires_in": 600})
	default:
		s.keys = append(s.keys, r.Header.Get("Idempotency-Key"))
		n := int(s.calls.Add(1))
		s.script[min(n, len(s.script))-1](w, r)
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_ = json.NewEncoder(w).Encode(map[string]any{"code": "some-code", "ok": code < 300})
	}
}

func brokenOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	_, _ = w.Write([]byte(`{"ok":`))
}

func open(t *testing.T, script ...http.HandlerFunc) (*suite, *portal.Client) {
	t.Helper()
	s := &suite{t: t, script: script}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	c, err := auth.NewCredential("portal", "PORTAL", "03", "applications:file")
	require.NoError(t, err)
	client, err := portal.NewBook(server.URL, []auth.Credential{c}).For("03", "applications:file")
	require.NoError(t, err)
	return s, client
}

func TestWhatMayBeHealedIsTriedAgainUnderTheSameKey(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]http.HandlerFunc{
		"429": status(429), "502": status(502), "503": status(503), "504": status(504), "401, with a new token": status(401), "broken off": brokenOff,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, client := open(t, first, status(201))
			var answer struct{ OK bool }
			require.NoError(t, client.Do(t.Context(), portal.Call{Method: "POST", Path: "/x", Key: "k", Body: struct{}{}, Into: &answer}))
			require.True(t, answer.OK)
			require.Equal(t, []string{"k", "k"}, s.keys)
			if name[:3] == "401" {
				require.EqualValues(t, 3, s.tokens.Load())
			} else {
				require.EqualValues(t, 2, s.tokens.Load(), "one token, of which the first try failed")
			}
		})
	}
}

func TestARefusalIsNotRepeated(t *testing.T) {
	t.Parallel()
	s, client := open(t, status(422))
	err := client.Do(t.Context(), portal.Call{Method: "POST", Path: "/x"})
	var refused *portal.Refusal
	require.True(t, errors.As(err, &refused))
	require.Equal(t, "some-code", refused.Code())
	require.True(t, refused.Final())
	require.EqualValues(t, 1, s.calls.Load())
}

func TestACallEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	_, client := open(t, func(w http.ResponseWriter, r *http.Request) {
		status(503)(w, r)
		stop()
	})
	require.ErrorIs(t, client.Do(ctx, portal.Call{Method: "GET", Path: "/x"}), context.Canceled)
}

func TestNobodyActsForAnotherAdministration(t *testing.T) {
	t.Parallel()
	c, err := auth.NewCredential("portal", "PORTAL", "03", "applications:file")
	require.NoError(t, err)
	book := portal.NewBook("http://127.0.0.1:1", []auth.Credential{c})
	for _, ask := range [][2]string{{"07", "applications:file"}, {"03", "applications:decree"}} {
		_, err := book.For(ask[0], ask[1])
		require.ErrorIs(t, err, portal.ErrNobody)
	}
	require.Equal(t, []string{"03"}, book.Administrations("applications:file"))
}

// TestABoundClientProvesItsKeyWithEachRequest takes the proofs as the gateway does.
func TestTheSecondOfTwoIsAnother(t *testing.T) {
	t.Parallel()
	both, err := auth.NewCredential("both", "PORTAL", "18", "months:submit", "months:close")
	require.NoError(t, err)
	closer, err := auth.NewCredential("closer", "PORTAL", "18", "months:close")
	require.NoError(t, err)
	foreign, err := auth.NewCredential("foreign", "PORTAL", "19", "months:close")
	require.NoError(t, err)
	book := portal.NewBook("http://127.0.0.1:1", []auth.Credential{both, foreign, closer})
	first, err := book.For("18", "months:submit")
	require.NoError(t, err)
	second, err := book.Another("18", "months:close", first)
	require.NoError(t, err)
	named, err := book.Named("closer")
	require.NoError(t, err)
	require.Same(t, named, second)
	_, err = portal.NewBook("http://127.0.0.1:1", []auth.Credential{both, foreign}).Another("18", "months:close", first)
	require.ErrorIs(t, err, portal.ErrNobody)
}

func TestABoundClientProvesItsKeyWithEachRequest(t *testing.T) {
	t.Parallel()
	var url string
	used := map[string]bool{}
	proved := func(r *http.Request, token string) {
		p, err := auth.VerifyProof(r.Header.Get("DPoP"), auth.ProofRequest{Method: r.Method, URL: url + r.URL.Path, AccessToken: token}, time.Now())
		if err != nil || used[p.ID] {
			t.Errorf("%s: %v", r.URL.Path, err)
		}
		used[p.ID] = true
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/.well-known/oauth-authorization-server":
			_ = json.NewEncoder(w).Encode(map[string]string{"issuer": issuer})
		case "/oauth2/token":
			proved(r, "")
			_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "t", "expires_in": 600})
		default:
			proved(r, "t")
			if r.Header.Get("Authorization") != "DPoP t" {
				t.Errorf("shown as %q", r.Header.Get("Authorization"))
			}
			status(200)(w, r)
		}
	}))
	t.Cleanup(server.Close)
	url = server.URL
	c, err := auth.NewCredential("portal", "PORTAL", "03", "applications:file")
	require.NoError(t, err)
	c.Bound = true
	client, err := portal.New(server.URL, c, server.Client())
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, client.Do(t.Context(), portal.Call{Method: "GET", Path: "/x?limit=1"}))
	}
	require.Len(t, used, 3)
}
