package domain

import (
	"context"
	"fmt"

	"github.com/golang-jwt/jwt/v5"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
)

// Every refusal of a client reads the same whether it is unknown or its proof is wrong, except that a
// holder of the right key is told which claim failed.
const unknownClient = "the client is unknown or its proof was refused"

// AssertionAlgorithms are those with which a client may sign its assertion.
var AssertionAlgorithms = []string{"ES256", "RS256"}

func (i *Issuer) authenticate(ctx context.Context, r TokenRequest) (Client, error) {
	asserts := r.Assertion != "" || r.AssertionType != ""
	switch {
	case asserts && r.Secret != "":
		return Client{}, refuse(InvalidRequest, "more than one way of client authentication")
	case asserts:
		return i.byAssertion(ctx, r)
	case r.Secret != "" && i.Secrets:
		return i.bySecret(ctx, r)
	default:
		return Client{}, refuse(InvalidClient, "private_key_jwt is required")
	}
}

func (i *Issuer) bySecret(ctx context.Context, r TokenRequest) (Client, error) {
	client, err := i.find(ctx, r.ClientID)
	if err != nil {
		return Client{}, err
	}
	if !client.HasSecret(r.Secret) {
		return Client{}, refuse(InvalidClient, unknownClient)
	}
	return client, nil
}

func (i *Issuer) byAssertion(ctx context.Context, r TokenRequest) (Client, error) {
	if r.AssertionType != AssertionType {
		return Client{}, refuse(InvalidClient, "client_assertion_type must be "+AssertionType)
	}
	id := claimedClient(r.Assertion)
	if r.ClientID != "" && r.ClientID != id {
		return Client{}, refuse(InvalidClient, "client_id and the assertion's issuer differ")
	}
	client, err := i.find(ctx, id)
	if err != nil {
		return Client{}, err
	}
	claims, err := i.verify(ctx, client, r.Assertion)
	if err != nil {
		return Client{}, err
	}
	fresh, err := i.Assertions.Spend(ctx, client.ID, claims.ID, claims.ExpiresAt.Time)
	if err != nil {
		return Client{}, err
	}
	if !fresh {
		return Client{}, refuse(InvalidClient, "the assertion was used before: jti")
	}
	return client, nil
}

func (i *Issuer) verify(ctx context.Context, client Client, raw string) (auth.Claims, error) {
	keys, err := i.keys(client)
	if err != nil {
		return auth.Claims{}, err
	}
	// "JWT" is what PDND's clients put into the type, and RSA is what they may hold.
	policy := auth.Policy{Types: []string{auth.TypeAssertion, "JWT"}, Issuer: client.ID, Audience: i.Name, MaxLife: AssertionLife,
		Algorithms: AssertionAlgorithms}
	claims, err := auth.NewVerifier(policy, keys, i.Now).Verify(ctx, raw)
	if f := fault.As(err); f != nil && f.Code == fault.TokenInvalid {
		if f.Extra["reason"] == "signature" {
			return claims, refuse(InvalidClient, unknownClient)
		}
		return claims, refuse(InvalidClient, fmt.Sprintf("the assertion was refused: %v", f.Extra["reason"]))
	}
	if err != nil {
		return claims, err
	}
	if claims.Subject != client.ID {
		return claims, refuse(InvalidClient, "the assertion was refused: sub")
	}
	if claims.ID == "" {
		return claims, refuse(InvalidClient, "the assertion was refused: jti")
	}
	return claims, nil
}

// keys are those with which a client signs: published by itself, or in the registry. Only one that is alone may
// be left unnamed.
func (i *Issuer) keys(client Client) (auth.KeySource, error) {
	switch {
	case client.JWKSURI != "":
		return i.Remote(client.JWKSURI), nil
	case len(client.Keys) == 0:
		return nil, refuse(InvalidClient, unknownClient)
	case len(client.Keys) == 1:
		return auth.SoleKey(client.Keys[0]), nil
	default:
		return auth.NewKeys(auth.JWKS{Keys: client.Keys})
	}
}

// claimedClient reads the issuer of an assertion before it is verified, only to find the key to verify it with.
func claimedClient(raw string) string {
	var claims auth.Claims
	if _, _, err := jwt.NewParser().ParseUnverified(raw, &claims); err != nil {
		return ""
	}
	return claims.Issuer
}

func (i *Issuer) find(ctx context.Context, id string) (Client, error) {
	client, err := i.Registry.Client(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return Client{}, refuse(InvalidClient, unknownClient)
	}
	return client, err
}
