package auth

import (
	"crypto"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"w2w/pkg/fault"
)

// TypeProof is the `typ` of a DPoP proof (RFC 9449, 4.2).
const TypeProof = "dpop+jwt"

// ProofAlgorithms are those with which a proof may be signed.
var ProofAlgorithms = []string{"ES256", "RS256"}

// ProofLife is how old a proof may be; one that is newer than the clock by more than the skew is refused too.
const ProofLife = time.Minute

// ProofRequest is what a proof must have been made for.
type ProofRequest struct {
	Method      string
	URL         string // scheme, host and path as the client called them
	AccessToken string // empty at the token endpoint
}

// Proof says that the caller holds the key with this thumbprint. ID may be used once until Until.
type Proof struct {
	Thumbprint string
	ID         string
	Until      time.Time
}

type proofClaims struct {
	jwt.RegisteredClaims
	Method string `json:"htm"`
	URL    string `json:"htu"`
	Token  string `json:"ath,omitempty"`
}

// VerifyProof checks a DPoP proof; a refusal is a token-invalid fault whose `reason` names the header or claim.
// That the proof was not used before is left to the caller, who keeps the ids.
func VerifyProof(raw string, want ProofRequest, now time.Time) (Proof, error) {
	var c proofClaims
	key, err := parseProof(raw, &c)
	if err != nil {
		return Proof{}, err
	}
	if reason := want.refuses(c, now); reason != "" {
		return Proof{}, invalidProof(reason)
	}
	return Proof{Thumbprint: key.Thumbprint(), ID: c.ID, Until: c.IssuedAt.Add(ProofLife + skew)}, nil
}

// parseProof verifies a proof by the key that it brings along: it proves nothing but that key.
func parseProof(raw string, c *proofClaims) (key JWK, err error) {
	if raw == "" || len(raw) >= maxTokenBytes {
		return key, invalidProof("missing")
	}
	parser := Policy{Algorithms: ProofAlgorithms}.parser()
	_, err = parser.ParseWithClaims(raw, c, func(t *jwt.Token) (any, error) {
		return proofKey(t.Header, &key)
	})
	if f := fault.As(err); f != nil {
		return key, f
	}
	if err != nil {
		return key, invalidProof(reasonOf(err))
	}
	return key, nil
}

func proofKey(header map[string]any, key *JWK) (crypto.PublicKey, error) {
	for _, name := range forbidden {
		if _, present := header[name]; present && name != "jwk" {
			return nil, invalidProof(name)
		}
	}
	if !hasType(header, TypeProof) {
		return nil, invalidProof("typ")
	}
	members, err := json.Marshal(header["jwk"])
	if err != nil || json.Unmarshal(members, key) != nil || key.D != "" {
		return nil, invalidProof("jwk")
	}
	public, err := key.PublicKey()
	if err != nil {
		return nil, invalidProof("jwk")
	}
	return public, nil
}

// Prove makes a proof with the key, as a client does for each of its calls.
func Prove(key Key, p ProofRequest, now time.Time) (string, error) {
	jti, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("proof: %w", err)
	}
	public, err := key.Public()
	if err != nil {
		return "", err
	}
	c := proofClaims{Method: p.Method, URL: p.URL, Token: p.tokenHash(), RegisteredClaims: jwt.RegisteredClaims{ID: jti.String(), IssuedAt: jwt.NewNumericDate(now)}}
	token := jwt.NewWithClaims(jwt.SigningMethodES256, c)
	token.Header["typ"] = TypeProof
	token.Header["jwk"] = JWK{Type: public.Type, Curve: public.Curve, X: public.X, Y: public.Y}
	return token.SignedString(key.private)
}

// tokenHash is the `ath` of the proof; empty without a token.
func (want ProofRequest) tokenHash() string {
	if want.AccessToken == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(want.AccessToken))
	return b64.EncodeToString(sum[:])
}

func (want ProofRequest) refuses(c proofClaims, now time.Time) string {
	switch {
	case c.ID == "" || len(c.ID) > 256:
		return "jti"
	case c.Method != want.Method:
		return "htm"
	case !sameTarget(c.URL, want.URL):
		return "htu"
	case !sane(c.IssuedAt) || c.IssuedAt.After(now.Add(skew)) || c.IssuedAt.Add(ProofLife).Before(now):
		return "iat"
	case c.Token != want.tokenHash():
		return "ath"
	}
	return ""
}

// sameTarget compares two addresses without query and fragment (RFC 9449, 4.3), after the normalisation of
// scheme, host and default port (RFC 3986, 6.2.2 and 6.2.3).
func sameTarget(a, b string) bool {
	x, errX := target(a)
	y, errY := target(b)
	return errX == nil && errY == nil && x == y
}

func target(raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", err
	}
	if u.Host == "" || u.User != nil {
		return "", errors.New("not an absolute address")
	}
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	host = strings.TrimSuffix(host, map[string]string{"https": ":443", "http": ":80"}[scheme])
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	return scheme + "://" + host + path, nil
}

func invalidProof(reason string) *fault.Error {
	return fault.New(fault.TokenInvalid, "La prova DPoP è stata rifiutata: "+reason+".", "The DPoP proof was refused: "+reason+".").
		With("reason", reason).With("proof", "dpop")
}
