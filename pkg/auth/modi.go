package auth

import (
	"cmp"
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

// signedAlways are the headers that a signature covers, each where the message has it.
var signedAlways = []string{HeaderDigest, "Content-Type", "Content-Encoding"}

// TypeJWS is the `typ` of a JWS of ModI.
const TypeJWS = "JWT" // what ModI wants in the header of its JWS

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
	Life     time.Duration // the longest life of a JWS; five minutes when zero
	Now      clock.Clock
}

const modiLife = 5 * time.Minute

func (s Signatory) policy() Policy {
	return Policy{
		Types: []string{TypeJWS}, Issuer: s.Client, Audience: s.Audience, MaxLife: cmp.Or(s.Life, modiLife),
		Algorithms: []string{"ES256", "RS256"},
	}
}

// Digest is the value of the header Digest over a body.
func Digest(body []byte) string {
	sum := sha256.Sum256(body)
	return DigestOf(sum[:])
}

// DigestOf is the value of the header Digest for a SHA-256 sum.
func DigestOf(sum []byte) string { return "SHA-256=" + base64.StdEncoding.EncodeToString(sum) }

// RefusedHeader is a token-invalid fault about a header of ModI: it names what failed and, where there is one value
// that would have been right, that value.
func RefusedHeader(header, what, expected string) *fault.Error {
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
	if name := repeated(m.Header, append(signedAlways, HeaderSignature)); name != "" {
		return c, RefusedHeader(name, "duplicate", "")
	}
	if want, got := Digest(m.Body), m.Header.Get(HeaderDigest); got != want {
		return c, RefusedHeader(HeaderDigest, "digest", want)
	}
	p := by.policy()
	if err := parse(ctx, p.parser(), m.Header.Get(HeaderSignature), p, by.Keys, &c); err != nil {
		return c, inHeader(HeaderSignature, err)
	}
	if reason := p.refuses(c.RegisteredClaims, by.Now()); reason != "" {
		return c, RefusedHeader(HeaderSignature, reason, p.expected(reason))
	}
	if c.ID == "" {
		return c, RefusedHeader(HeaderSignature, "jti", "")
	}
	return c, c.covers(m.Header)
}

// repeated returns the name of a header that came more than once: which one is meant?
func repeated(h http.Header, names []string) string {
	for _, name := range names {
		if len(h.Values(name)) > 1 {
			return name
		}
	}
	return ""
}

// covers says whether the signature is over the digest and over each content header, and the message has each as it
// was signed: none changed, none added, none taken away.
func (c Integrity) covers(h http.Header) error {
	for _, name := range signedAlways {
		value := h.Get(name)
		signed := c.signed(name)
		if value == "" && len(signed) == 0 {
			continue
		}
		if len(signed) != 1 || subtle.ConstantTimeCompare([]byte(signed[0]), []byte(value)) != 1 {
			return RefusedHeader(HeaderSignature, "signed_headers/"+strings.ToLower(name), value)
		}
	}
	return nil
}

// signed returns the values that the signature has for a header, which should be one.
func (c Integrity) signed(name string) (values []string) {
	for _, one := range c.SignedHeaders {
		for k, v := range one {
			if strings.EqualFold(k, name) {
				values = append(values, v)
			}
		}
	}
	return values
}

// VerifyEvidence checks an Agid-JWT-TrackingEvidence against the digest in the voucher, and returns its claims.
func VerifyEvidence(ctx context.Context, raw string, bound TokenDigest, purpose string, by Signatory) (Evidence, error) {
	var c Evidence
	sum := sha256.Sum256([]byte(raw))
	if want := hex.EncodeToString(sum[:]); raw != "" && (!strings.EqualFold(strings.ReplaceAll(bound.Alg, "-", ""), "SHA256") || !strings.EqualFold(bound.Value, want)) {
		return c, RefusedHeader(HeaderEvidence, "digest", want)
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
		return c, RefusedHeader(HeaderEvidence, reason, expected)
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
	expected := ""
	if reason == "typ" {
		expected = TypeJWS
	}
	return RefusedHeader(header, reason, expected)
}

// SignIntegrity puts Digest and Agid-JWT-Signature on a message of ours.
func SignIntegrity(s *Signer, m Message, c jwt.RegisteredClaims) error {
	return SignDigest(s, m.Header, Digest(m.Body), c)
}

// SignDigest does so for a body of which only the digest is in hand.
func SignDigest(s *Signer, h http.Header, digest string, c jwt.RegisteredClaims) error {
	h.Set(HeaderDigest, digest)
	claims := Integrity{RegisteredClaims: c}
	for _, name := range signedAlways {
		if value := h.Get(name); value != "" {
			claims.SignedHeaders = append(claims.SignedHeaders, SignedHeader{strings.ToLower(name): value})
		}
	}
	raw, err := s.Sign(claims)
	if err != nil {
		return err
	}
	h.Set(HeaderSignature, raw)
	return nil
}
