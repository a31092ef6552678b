package audit_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/clock"
)

func TestASignedCheckpointIsHeldByAnother(t *testing.T) {
	t.Parallel()
	j := open(t, 5)
	notary, err := audit.OpenNotary("concessions", filepath.Join(t.TempDir(), "audit.pem"), true, clock.System)
	require.NoError(t, err)
	h := notary.Serve(j.db, http.NotFoundHandler())
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	require.Equal(t, http.StatusNoContent, get(audit.CheckpointPath).Code)
	require.Equal(t, http.StatusNotFound, get("/elsewhere").Code)
	head := j.seal(t, 5)

	var set auth.JWKS
	require.NoError(t, json.Unmarshal(get(audit.KeyPath).Body.Bytes(), &set))
	require.Empty(t, set.Keys[0].D)
	keys, err := auth.NewKeys(set)
	require.NoError(t, err)
	raw := strings.TrimSpace(get(audit.CheckpointPath).Body.String())
	service, known, err := audit.ReadCheckpoint(raw, keys)
	require.NoError(t, err)
	require.Equal(t, "concessions", service)
	require.Equal(t, head, known)
	_, _, err = audit.ReadCheckpoint(notary.Text(head), keys)
	require.NoError(t, err)

	j.tamper(t, "delete from audit.audit_chain where position > 4; delete from audit.audit_records where id > 4")
	_, _, err = j.verify()
	require.NoError(t, err, "the chain holds in itself")
	_, _, err = j.verify(known)
	require.ErrorContains(t, err, "tail is cut")
}

func TestCheckpointsOfOthersAreRefused(t *testing.T) {
	t.Parallel()
	key, err := auth.GenerateKey()
	require.NoError(t, err)
	other, err := auth.GenerateKey()
	require.NoError(t, err)
	public, err := key.Public()
	require.NoError(t, err)
	keys, err := auth.NewKeys(auth.JWKS{Keys: []auth.JWK{public}})
	require.NoError(t, err)
	c := audit.Checkpoint{Position: 3, Hash: make([]byte, 32)}
	good, err := audit.NewNotary("x", key, clock.System).Sign(c)
	require.NoError(t, err)
	foreign, err := audit.NewNotary("x", other, clock.System).Sign(c)
	require.NoError(t, err)
	token, err := auth.NewSigner(key, auth.TypeAccess).Sign(jwt.RegisteredClaims{Issuer: "x", IssuedAt: jwt.NewNumericDate(time.Now())})
	require.NoError(t, err)
	empty, err := audit.NewNotary("x", key, clock.System).Sign(audit.Checkpoint{})
	require.NoError(t, err)
	part := strings.Split(good, ".")
	for name, raw := range map[string]string{
		"another key": foreign, "a token": token, "no position": empty, "nothing": "", "a plain one": c.String(),
		"changed": part[0] + "." + part[1][:len(part[1])-2] + "AA." + part[2],
	} {
		_, _, err := audit.ReadCheckpoint(raw, keys)
		require.Error(t, err, name)
	}
	_, got, err := audit.ReadCheckpoint(good, keys)
	require.NoError(t, err)
	require.Equal(t, c, got)
	var none *audit.Notary
	require.Equal(t, c.String(), none.Text(c))
	_, err = audit.OpenNotary("x", filepath.Join(t.TempDir(), "missing.pem"), false, clock.System)
	require.Error(t, err)
}
