package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"w2w/pkg/clock"
	"w2w/pkg/fault"
)

// The headers of the ModI patterns INTEGRITY_REST_02 and AUDIT_REST_02 (AgID, Linee guida interoperabilità,
// pattern e profili).
const (
	HeaderDigest    = "Digest" // RFC 3230
	HeaderSignature = "Agid-JWT-Signature"
	HeaderEvidence  = "Agid-JWT-TrackingEvidence"
)

const typeJWT = "JWT" // what ModI wants in the header of its JWS

// SignedHeader is one header that a signature covers: its name in lower case, and its value.
type SignedHeader map[string]string

// Integrity are the claims of an Agid-JWT-Signature.
type Integrity struct {
	jwt.RegisteredClaims
	SignedHeaders []SignedHeader `json:"signed_headers"`
}

// Evidence are the claims of an Agid-JWT-TrackingEvidence: who acts behind the client, and how surely that is known.
type Evidence struct {
	jwt.RegisteredClaims
	Purpose  string `json:"purposeId"`
	Nonce    string `json:"dnonce"`
	User     string `json:"userID"`
	Location string `json:"userLocation"`
	LoA      string `json:"LoA"`
}

// TokenDigest is the claim `digest` of a PDND voucher: it binds the voucher to one tracking evidence.
type TokenDigest struct {
	Alg   string `json:"alg"`
	Value string `json:"value"`
}

// Message is what a signature of ModI is about: headers and body, as they came or as they go.
type Message struct {
	Header http.Header
	Body   []byte
}

// Signatory says whose JWS is expected: issued by the client, for this audience, under the keys of the client.
type Signatory struct {
	Client   string
	Audience string
	Keys     KeySource
	Now      clock.Clock
}

const modiLife = 5 * time.Minute

func (s Signatory) policy() Policy {
	return Policy{Types: []string{typeJWT}, Issuer: s.Client, Audience: s.Audience, MaxLife: modiLife, Algorithms: []string{"ES256", "RS256"}}
}

// Digest is the value of the header Digest over a body.
func Digest(body []byte) string {
	sum := sha256.Sum256(body)
	return "SHA-256=" + base64.StdEncoding.EncodeToString(sum[:])
}

// refusedHeader is a token-invalid fault about a header of ModI: it names what failed and, where there is one value
// that would have been right, that value.
func refusedHeader(header, what, expected string) *fault.Error {
	f := fault.New(fault.TokenInvalid, fmt.Sprintf("%s rifiutato: %s.", header, what), fmt.Sprintf("%s was refused: %s.", header, what)).
		With("reason", what).At("header:"+header, what, "non valido", "not valid")
	if expected != "" {
		f.With("expected", expected)
	}
	return f
}

// VerifyIntegrity checks Digest and Agid-JWT-Signature of a message and returns the signature's claims, whose id
// the caller must let through once.
func VerifyIntegrity(ctx context.Context, m Message, by Signatory) (Integrity, error) {
	var c Integrity
	if want, got := Digest(m.Body), m.Header.Get(HeaderDigest); got != want {
		return c, refusedHeader(HeaderDigest, "digest", want)
	}
	p := by.policy()
	if err := parse(ctx, p.parser(), m.Header.Get(HeaderSignature), p, by.Keys, &c); err != nil {
		return c, inHeader(HeaderSignature, err)
	}
	if reason := p.refuses(c.RegisteredClaims, by.Now()); reason != "" {
		return c, refusedHeader(HeaderSignature, reason, p.expected(reason))
	}
	if c.ID == "" {
		return c, refusedHeader(HeaderSignature, "jti", "")
	}
	return c, c.covers(m.Header)
}

// covers says whether the signature is over the digest and over each content header that the message has.
func (c Integrity) covers(h http.Header) error {
	for _, name := range []string{HeaderDigest, "Content-Type", "Content-Encoding"} {
		value := h.Get(name)
		if value == "" {
			continue
		}
		signed, found := c.signed(name)
		if !found || subtle.ConstantTimeCompare([]byte(signed), []byte(value)) != 1 {
			return refusedHeader(HeaderSignature, "signed_headers/"+strings.ToLower(name), value)
		}
	}
	return nil
}

// signed returns the one value that the signature has for a header.
func (c Integrity) signed(name string) (value string, found bool) {
	for _, one := range c.SignedHeaders {
		for k, v := range one {
			if strings.EqualFold(k, name) {
				if found {
					return "", false // named twice: which one is meant?
				}
				value, found = v, true
			}
		}
	}
	return value, found
}

// VerifyEvidence checks an Agid-JWT-TrackingEvidence against the digest in the voucher, and returns its claims.
func VerifyEvidence(ctx context.Context, raw string, bound TokenDigest, purpose string, by Signatory) (Evidence, error) {
	var c Evidence
	sum := sha256.Sum256([]byte(raw))
	if want := hex.EncodeToString(sum[:]); raw != "" && (!strings.EqualFold(strings.ReplaceAll(bound.Alg, "-", ""), "SHA256") || !strings.EqualFold(bound.Value, want)) {
		return c, refusedHeader(HeaderEvidence, "digest", want)
	}
	p := by.policy()
	if err := parse(ctx, p.parser(), raw, p, by.Keys, &c); err != nil {
		return c, inHeader(HeaderEvidence, err)
	}
	reason := p.refuses(c.RegisteredClaims, by.Now())
	expected := p.expected(reason)
	switch {
	case reason != "":
	case c.ID == "":
		reason = "jti"
	case c.Purpose != purpose:
		reason, expected = "purposeId", purpose
	case c.User == "":
		reason = "userID"
	}
	if reason != "" {
		return c, refusedHeader(HeaderEvidence, reason, expected)
	}
	return c, nil
}

// expected is the value that a registered claim must have, for those that have one.
func (p Policy) expected(claim string) string {
	switch claim {
	case "iss":
		return p.Issuer
	case "aud":
		return p.Audience
	default:
		return ""
	}
}

// inHeader tells in which header a token was refused.
func inHeader(header string, err error) error {
	f := fault.As(err)
	if f == nil || f.Code != fault.TokenInvalid {
		return err
	}
	reason, _ := f.Extra["reason"].(string)
	return refusedHeader(header, reason, "")
}

// SignIntegrity puts Digest and Agid-JWT-Signature on a message of ours.
func SignIntegrity(s *Signer, m Message, c jwt.RegisteredClaims) error {
	m.Header.Set(HeaderDigest, Digest(m.Body))
	claims := Integrity{RegisteredClaims: c}
	for _, name := range []string{HeaderDigest, "Content-Type", "Content-Encoding"} {
		if value := m.Header.Get(name); value != "" {
			claims.SignedHeaders = append(claims.SignedHeaders, SignedHeader{strings.ToLower(name): value})
		}
	}
	raw, err := s.Sign(claims)
	if err != nil {
		return err
	}
	m.Header.Set(HeaderSignature, raw)
	return nil
}
