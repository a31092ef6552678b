package gateway_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/services/gateway"
)

// rotation turns one ring of a house's keys, with no waiting time.
func rotation(dir, ring string) auth.Rotation {
	return auth.Rotation{Dir: filepath.Join(dir, ring), Now: time.Now().Add(time.Minute)}
}

func kidOf(t *testing.T, raw string) string {
	t.Helper()
	token, _, err := jwt.NewParser().ParseUnverified(raw, &auth.Claims{})
	require.NoError(t, err)
	return token.Header["kid"].(string)
}

// keysPublished are those that verify outside tokens.
func (h *house) keysPublished() []auth.JWK {
	h.t.Helper()
	var set auth.JWKS
	got := h.do(h.request(http.MethodGet, "/.well-known/jwks.json", nil))
	require.NoError(h.t, json.Unmarshal(got.raw, &set))
	require.Equal(h.t, "public, max-age=300", got.header.Get("Cache-Control"))
	return set.Keys
}

func TestKeysAreReadAgainWhileTheGatewayRuns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := newHouse(t, func(c *gateway.Config) { c.KeyDir, c.KeyReload = dir, 10*time.Millisecond })
	old := h.token("portal-lazio")
	turn := rotation(dir, "external")
	next, err := turn.Prepare()
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(h.keysPublished()) == 2 }, 5*time.Second, 10*time.Millisecond)
	require.NotEqual(t, next, kidOf(t, h.token("portal-lazio")), "announced, not yet signing")
	require.NoError(t, turn.Promote(false))
	require.Eventually(t, func() bool { return kidOf(t, h.token("portal-lazio")) == next }, 5*time.Second, 10*time.Millisecond)
	require.Equal(t, 200, h.do(h.bearing(old)).status, "signed by the retired key")
	require.Len(t, h.keysPublished(), 2)
}

func TestTheKeysOfAnOlderDataFolderServeOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	external, err := auth.LoadOrGenerateKey(filepath.Join(dir, "external.pem"))
	require.NoError(t, err)
	internal, err := auth.LoadOrGenerateKey(filepath.Join(dir, "internal.pem"))
	require.NoError(t, err)
	for range 2 { // the second start finds the folder as it is now
		h := newHouse(t, func(c *gateway.Config) { c.KeyDir = dir })
		require.Equal(t, external.ID, kidOf(t, h.token("inps")))
		require.Equal(t, internal.ID, h.service.InternalKeys().Active().ID)
		require.Equal(t, 200, h.do(h.call("inps", http.MethodGet, "/concessions/v1/x", nil)).status)
	}
	_, err = os.Stat(filepath.Join(dir, "external.pem"))
	require.ErrorIs(t, err, os.ErrNotExist, "one place for one key")
}
