package auth_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/fault"
)

const eService = "https://api.example/concessions/v1"

var letter = []byte(`{"application_ref":"A1"}`)

func registered(life time.Duration) jwt.RegisteredClaims {
	return jwt.RegisteredClaims{Issuer: "client-7", Audience: jwt.ClaimStrings{eService}, ID: "s1",
		IssuedAt: jwt.NewNumericDate(noon), ExpiresAt: jwt.NewNumericDate(noon.Add(life))}
}

// correspondent is a client with the key that it registered.
func correspondent(t *testing.T) (*auth.Signer, auth.Signatory) {
	t.Helper()
	key, err := auth.GenerateKey()
	require.NoError(t, err)
	public, err := key.Public()
	require.NoError(t, err)
	keys, err := auth.NewKeys(auth.JWKS{Keys: []auth.JWK{public}})
	require.NoError(t, err)
	return auth.NewSigner(key, "JWT"), auth.Signatory{Client: "client-7", Audience: eService, Keys: keys, Now: clock.Fixed(noon)}
}

func message() auth.Message {
	return auth.Message{Header: http.Header{"Content-Type": {"application/json"}}, Body: letter}
}

func TestASignedMessageIsAccepted(t *testing.T) {
	t.Parallel()
	signer, by := correspondent(t)
	m := message()
	require.NoError(t, auth.SignIntegrity(signer, m, registered(time.Minute)))
	c, err := auth.VerifyIntegrity(t.Context(), m, by)
	require.NoError(t, err)
	require.Equal(t, "s1", c.ID)
}

func TestASpoiledMessageIsRefusedAtWhatFailed(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		spoil          func(m *auth.Message, s *auth.Signer)
		header, reason string
		expected       any
	}{
		"another body":         {func(m *auth.Message, _ *auth.Signer) { m.Body = []byte("{}") }, "Digest", "digest", auth.Digest([]byte("{}"))},
		"no digest":            {func(m *auth.Message, _ *auth.Signer) { m.Header.Del("Digest") }, "Digest", "digest", auth.Digest(letter)},
		"another content type": {func(m *auth.Message, _ *auth.Signer) { m.Header.Set("Content-Type", "text/csv") }, "Agid-JWT-Signature", "signed_headers/content-type", "text/csv"},
		"an encoding":          {func(m *auth.Message, _ *auth.Signer) { m.Header.Set("Content-Encoding", "gzip") }, "Agid-JWT-Signature", "signed_headers/content-encoding", "gzip"},
		"no signature":         {func(m *auth.Message, _ *auth.Signer) { m.Header.Del("Agid-JWT-Signature") }, "Agid-JWT-Signature", "missing", nil},
		"an encoding taken away": {func(m *auth.Message, s *auth.Signer) {
			m.Header.Set("Content-Encoding", "gzip")
			resign(m, s, registered(time.Minute))
			m.Header.Del("Content-Encoding")
		}, "Agid-JWT-Signature", "signed_headers/content-encoding", nil},
		"two digests":       {func(m *auth.Message, _ *auth.Signer) { m.Header.Add("Digest", "SHA-256=x") }, "Digest", "duplicate", nil},
		"two content types": {func(m *auth.Message, _ *auth.Signer) { m.Header.Add("Content-Type", "text/csv") }, "Content-Type", "duplicate", nil},
		"a long life":       {func(m *auth.Message, s *auth.Signer) { resign(m, s, registered(time.Hour)) }, "Agid-JWT-Signature", "exp", nil},
		"another audience": {func(m *auth.Message, s *auth.Signer) {
			c := registered(time.Minute)
			c.Audience = jwt.ClaimStrings{"https://other.example"}
			resign(m, s, c)
		}, "Agid-JWT-Signature", "aud", eService},
		"another client": {func(m *auth.Message, s *auth.Signer) {
			c := registered(time.Minute)
			c.Issuer = "client-8"
			resign(m, s, c)
		}, "Agid-JWT-Signature", "iss", "client-7"},
		"no jti": {func(m *auth.Message, s *auth.Signer) {
			c := registered(time.Minute)
			c.ID = ""
			resign(m, s, c)
		}, "Agid-JWT-Signature", "jti", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			signer, by := correspondent(t)
			m := message()
			require.NoError(t, auth.SignIntegrity(signer, m, registered(time.Minute)))
			x.spoil(&m, signer)
			_, err := auth.VerifyIntegrity(t.Context(), m, by)
			requireReason(t, x.reason, err)
			require.Equal(t, "header:"+x.header, fault.As(err).Fields[0].Pointer)
			require.Equal(t, x.expected, fault.As(err).Extra["expected"])
		})
	}
}

func resign(m *auth.Message, s *auth.Signer, c jwt.RegisteredClaims) {
	_ = auth.SignIntegrity(s, *m, c) // a signer of a test does not fail
}

func TestEvidenceIsBoundToTheVoucher(t *testing.T) {
	t.Parallel()
	signer, by := correspondent(t)
	made := func(change func(e *auth.Evidence)) (string, auth.TokenDigest) {
		e := auth.Evidence{RegisteredClaims: registered(time.Minute), Purpose: "p-1", Nonce: "1234567890123", User: "u-77", Location: "ufficio 3", LoA: "3"}
		if change != nil {
			change(&e)
		}
		raw, err := signer.Sign(e)
		require.NoError(t, err)
		sum := sha256.Sum256([]byte(raw))
		return raw, auth.TokenDigest{Alg: "SHA256", Value: hex.EncodeToString(sum[:])}
	}
	raw, bound := made(nil)
	e, err := auth.VerifyEvidence(t.Context(), raw, bound, "p-1", by)
	require.NoError(t, err)
	require.Equal(t, "u-77", e.User)
	other, _ := made(func(e *auth.Evidence) { e.User = "u-78" })
	_, err = auth.VerifyEvidence(t.Context(), other, bound, "p-1", by)
	requireReason(t, "digest", err)
	_, err = auth.VerifyEvidence(t.Context(), raw, bound, "p-2", by)
	requireReason(t, "purposeId", err)
	require.Equal(t, "p-2", fault.As(err).Extra["expected"])
	nobody, bound := made(func(e *auth.Evidence) { e.User = "" })
	_, err = auth.VerifyEvidence(t.Context(), nobody, bound, "p-1", by)
	requireReason(t, "userID", err)
	_, err = auth.VerifyEvidence(t.Context(), "", bound, "p-1", by)
	requireReason(t, "missing", err)
}
