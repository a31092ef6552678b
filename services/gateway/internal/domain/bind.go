package domain

import (
	"context"
	"fmt"
	"strings"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
)

// TokenPath is where the token endpoint is.
const TokenPath = "/oauth2/token"

// TokenEndpoint is the address of the token endpoint, as clients call it.
func (i *Issuer) TokenEndpoint() string { return strings.TrimSuffix(i.Name, "/") + TokenPath }

// bind says to which key a token is to be bound: that of the client's DPoP proof, and to none without one, unless the
// client's policy asks for it (RFC 9449, 5).
func (i *Issuer) bind(ctx context.Context, client Client, raw string) (*auth.Confirmation, error) {
	if raw == "" {
		if client.Bound {
			return nil, refuse(InvalidRequest, "the client's tokens are bound: a DPoP proof is required")
		}
		return nil, nil
	}
	proof, err := auth.VerifyProof(raw, auth.ProofRequest{Method: "POST", URL: i.TokenEndpoint()}, i.Now())
	if f := fault.As(err); f != nil {
		return nil, refuse(InvalidProof, fmt.Sprintf("the DPoP proof was refused: %v", f.Extra["reason"]))
	}
	fresh, err := i.Proofs.Spend(ctx, proof.Thumbprint, proof.ID, proof.Until)
	if err != nil {
		return nil, err
	}
	if !fresh {
		return nil, refuse(InvalidProof, "the DPoP proof was used before: jti")
	}
	return &auth.Confirmation{Thumbprint: proof.Thumbprint}, nil
}
