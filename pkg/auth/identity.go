// Package auth knows who calls: it verifies the internal token that the gateway hands to services and
// carries the caller's identity in the context.
package auth

import (
	"context"
	"slices"

	"w2w/pkg/fault"
)

// AllAdministrations is the administration of callers that see every Region: the Ministry's overseers and INPS.
const AllAdministrations = "*"

// Identity is the caller as the gateway's registry knows it.
type Identity struct {
	Client         string   // id of the client in the gateway's registry
	Kind           string   // PORTAL, INPS, MINISTRY, OPERATOR, OPS
	Administration string   // code of administrations.csv, or "*"
	Scopes         []string // what the client may do; a role is a scope
	Actor          string   // the client, or the pseudonym of the end user behind a portal
	LoA            string   // how surely the actor is known, where signed evidence says so
	Purpose        string   // purposeId of the call, empty when none was stated
	Txn            string   // id that follows a request through all services
}

type identityKey struct{}

// With returns a context that carries the identity.
func With(ctx context.Context, id Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, id)
}

// From returns the caller; the zero Identity, which may do nothing and sees nothing, when there is none.
func From(ctx context.Context) Identity {
	id, _ := ctx.Value(identityKey{}).(Identity)
	return id
}

// Has says whether the caller holds the scope.
func (id Identity) Has(scope string) bool { return slices.Contains(id.Scopes, scope) }

// Require returns the caller, or a scope-missing fault that names the scopes of which one is needed.
func Require(ctx context.Context, anyOf ...string) (Identity, error) {
	id := From(ctx)
	if slices.ContainsFunc(anyOf, id.Has) {
		return id, nil
	}
	return id, fault.New(fault.ScopeMissing, "Il client non ha lo scope richiesto.", "The client does not hold the scope that is needed.").
		With("required_scopes", anyOf)
}
