package auth_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
)

func TestKeyFileIsMadeOnceHoweverManyStart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys", "internal.pem")
	ids := make([]string, 8)
	var group sync.WaitGroup
	for i := range ids {
		group.Go(func() {
			key, err := auth.LoadOrGenerateKey(path)
			if err == nil {
				ids[i] = key.ID
			}
		})
	}
	group.Wait()
	for _, id := range ids {
		require.NotEmpty(t, id)
		require.Equal(t, ids[0], id)
	}
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestKeyAsJWKSignsLikeTheOriginal(t *testing.T) {
	t.Parallel()
	p := newParty(t, clock.Fixed(noon))
	j, err := p.key.JWK()
	require.NoError(t, err)
	data, err := json.Marshal(j)
	require.NoError(t, err)
	copied, err := auth.ParseKey(data)
	require.NoError(t, err)
	raw, err := auth.NewSigner(copied, auth.TypeInternal).Sign(good())
	require.NoError(t, err)
	_, err = p.verifier.Verify(t.Context(), raw)
	require.NoError(t, err)
}

func TestBadKeysAreRefused(t *testing.T) {
	t.Parallel()
	key, err := auth.GenerateKey()
	require.NoError(t, err)
	other, err := auth.GenerateKey()
	require.NoError(t, err)
	j, err := key.JWK()
	require.NoError(t, err)
	stranger, err := other.JWK()
	require.NoError(t, err)
	with := func(change func(j *auth.JWK)) auth.JWK {
		c := j
		change(&c)
		return c
	}
	cases := map[string]auth.JWK{
		"RSA":                 with(func(j *auth.JWK) { j.Type = "RSA" }),
		"other curve":         with(func(j *auth.JWK) { j.Curve = "P-384" }),
		"other algorithm":     with(func(j *auth.JWK) { j.Alg = "HS256" }),
		"for encryption":      with(func(j *auth.JWK) { j.Use = "enc" }),
		"off the curve":       with(func(j *auth.JWK) { j.Y = stranger.Y }),
		"short coordinate":    with(func(j *auth.JWK) { j.X = j.X[:20] }),
		"no private part":     j.Public(),
		"another one's":       with(func(j *auth.JWK) { j.D = stranger.D }),
		"private part is nil": with(func(j *auth.JWK) { j.D = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }),
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := tc.PrivateKey()
			require.Error(t, err)
		})
	}
	for name, text := range map[string]string{
		"text": "hello", "empty": "", "PEM of a certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
	} {
		_, err := auth.ParseKey([]byte(text))
		require.Error(t, err, name)
	}
}

func TestKeySetNeedsDistinctIDs(t *testing.T) {
	t.Parallel()
	p := newParty(t, clock.Fixed(noon))
	_, err := auth.NewKeys(auth.JWKS{Keys: []auth.JWK{p.public, p.public}})
	require.Error(t, err)
}

func TestClientsFileComesBackAndIsPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "clients.json")
	c, err := auth.NewCredential("portal-lazio", "PORTAL", "LAZ", "applications:file")
	require.NoError(t, err)
	require.NoError(t, auth.WriteClients(path, []auth.Credential{c}))
	read, err := auth.ReadClients(path)
	require.NoError(t, err)
	require.Equal(t, []auth.Credential{c}, read)
	key, err := read[0].Assertable()
	require.NoError(t, err)
	require.Equal(t, c.Key.ID, key.ID)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}
