package rest

import (
	"strings"

	"github.com/gin-gonic/gin"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
)

// The ways to show a token, which are also its types (RFC 6750, RFC 9449).
const (
	schemeBearer = "Bearer"
	schemeProof  = "DPoP"
)

// headerProof carries a DPoP proof.
const headerProof = "DPoP"

// shown is a token and how it was shown.
type shown struct{ scheme, token string }

// proofOf verifies the DPoP proof of a bound token. Neither is a bound token good without a proof, nor is another one
// where the client's policy asks for bound ones or the caller claims that it is one.
func (s *server) proofOf(c *gin.Context, v visitor, a shown) (*auth.Proof, error) {
	bound, proves := v.claims.Confirmation, strings.EqualFold(a.scheme, schemeProof)
	if bound == nil && !proves && !v.Bound {
		return nil, nil
	}
	if bound == nil || bound.Thumbprint == "" || !proves {
		return nil, unauthorized("cnf")
	}
	proofs := c.Request.Header.Values(headerProof)
	if len(proofs) > 1 {
		return nil, unproved("duplicate")
	}
	want := auth.ProofRequest{Method: c.Request.Method, URL: s.Base + c.Request.URL.EscapedPath(), AccessToken: a.token}
	proof, err := auth.VerifyProof(strings.Join(proofs, ""), want, s.Now())
	if err != nil {
		return nil, err
	}
	if proof.Thumbprint != bound.Thumbprint {
		return nil, unproved("jkt")
	}
	return &proof, nil
}

// spend lets a proof serve once.
func (s *server) spend(c *gin.Context, proof *auth.Proof) error {
	if proof == nil {
		return nil
	}
	fresh, err := s.Proofs.Spend(c.Request.Context(), proof.Thumbprint, proof.ID, proof.Until)
	if err == nil && !fresh {
		err = unproved("jti")
	}
	return err
}

func unproved(reason string) error {
	return fault.New(fault.TokenInvalid, "La prova DPoP è stata rifiutata: "+reason+".", "The DPoP proof was refused: "+reason+".").
		With("reason", reason).With("proof", "dpop")
}

// challenge tells a client that works with DPoP, or should, how to do better (RFC 9449, 7.1).
func challenge(c *gin.Context, err error) {
	f := fault.As(err)
	if f == nil || f.Code != fault.TokenInvalid {
		return
	}
	code := "invalid_token"
	if f.Extra["proof"] == "dpop" {
		code = "invalid_dpop_proof"
	}
	scheme, _, _ := strings.Cut(c.GetHeader("Authorization"), " ")
	if strings.EqualFold(scheme, schemeProof) || f.Extra["reason"] == "cnf" {
		c.Header("WWW-Authenticate", `DPoP error="`+code+`", algs="`+strings.Join(auth.ProofAlgorithms, " ")+`"`)
	}
}
