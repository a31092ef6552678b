package auth_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/fault"
)

// issuer serves a key set, counts its readers and can be switched off.
type issuer struct {
	*httptest.Server
	reads atomic.Int64
	down  atomic.Bool
}

func newIssuer(t *testing.T, keys ...auth.JWK) *issuer {
	t.Helper()
	i := &issuer{}
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		i.reads.Add(1)
		if i.down.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_ = json.NewEncoder(w).Encode(auth.JWKS{Keys: keys})
	}))
	t.Cleanup(i.Close)
	return i
}

func TestJWKS_Flood(t *testing.T) {
	t.Parallel()
	p := newParty(t, clock.Fixed(noon))
	i := newIssuer(t, p.public)
	keys := auth.NewRemoteKeys(i.URL, i.Client(), clock.Fixed(noon))
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for n := range 200 {
				if _, err := keys.Key(t.Context(), fmt.Sprint(worker, "-", n)); !fault.Is(err, fault.TokenInvalid) {
					t.Errorf("unknown id: %v", err)
				}
			}
		})
	}
	group.Wait()
	require.EqualValues(t, 1, i.reads.Load())
	_, err := keys.Key(t.Context(), p.public.ID)
	require.NoError(t, err)
}

func TestJWKS_Stale(t *testing.T) {
	t.Parallel()
	now := noon
	p := newParty(t, clock.Fixed(noon))
	i := newIssuer(t, p.public)
	keys := auth.NewRemoteKeys(i.URL, i.Client(), func() time.Time { return now })
	_, err := keys.Key(t.Context(), p.public.ID)
	require.NoError(t, err)
	i.down.Store(true)

	now = noon.Add(time.Hour)
	_, err = keys.Key(t.Context(), p.public.ID)
	require.NoError(t, err, "a known key serves while the issuer is down")
	_, err = keys.Key(t.Context(), "new")
	require.True(t, fault.Is(err, fault.TokenInvalid))

	now = noon.Add(25 * time.Hour)
	_, err = keys.Key(t.Context(), p.public.ID)
	require.True(t, fault.Is(err, fault.Unavailable))

	i.down.Store(false)
	now = now.Add(time.Minute)
	_, err = keys.Key(t.Context(), p.public.ID)
	require.NoError(t, err, "the set is read again when the issuer is back")
}

// TestADroppedKeyIsOutWithinFiveMinutesElsewhere counts the age of the set in hand and the memory of the verifier together.
func TestADroppedKeyIsOutWithinFiveMinutesElsewhere(t *testing.T) {
	t.Parallel()
	r, turn := ring(t)
	now := noon
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(r.Public())
	}))
	t.Cleanup(server.Close)
	policy := auth.Policy{Types: []string{auth.TypeAccess}, Issuer: auth.InternalIssuer, Audience: "concessions", MaxLife: 10 * time.Minute}
	v := auth.NewVerifier(policy, auth.NewRemoteKeys(server.URL, server.Client(), func() time.Time { return now }), func() time.Time { return now })
	c, old := good(), r.Active()
	c.Lifetime(noon, 10*time.Minute)
	forged := func(jti string) string {
		c.ID = jti
		raw, err := auth.NewSigner(old, auth.TypeAccess).Sign(c)
		require.NoError(t, err)
		return raw
	}
	_, err := v.Verify(t.Context(), forged("1"))
	require.NoError(t, err, "the set is in hand")
	_, err = turn.Prepare()
	require.NoError(t, err)
	require.NoError(t, turn.Promote(true))
	require.NoError(t, turn.Drop(old.ID))
	require.NoError(t, r.Reload())
	now = noon.Add(3 * time.Minute)
	last := forged("2")
	_, err = v.Verify(t.Context(), last)
	require.NoError(t, err, "the last moment at which the old set serves")
	for _, after := range []time.Duration{4*time.Minute + time.Second, 5 * time.Minute} {
		now = noon.Add(after)
		_, err = v.Verify(t.Context(), last)
		requireReason(t, "kid", err)
		_, err = v.Verify(t.Context(), forged("3"))
		requireReason(t, "kid", err)
	}
}
