package rest

import (
	"w2w/pkg/auth"
	"w2w/services/gateway/internal/domain"
	"w2w/services/gateway/internal/rest/api"
	"w2w/services/gateway/internal/store"
)

func page(limit *int32, cursor *string) store.Page {
	return store.Page{Limit: int(or(limit)), Cursor: or(cursor)}
}

// optional is nil for the zero value, so that the member is left out of the JSON.
func optional[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// or returns what p points to, or the zero value.
func or[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

func each[A, B any](in []A, convert func(A) B) []B {
	out := make([]B, len(in))
	for i, x := range in {
		out[i] = convert(x)
	}
	return out
}

func changeIn(b *api.NewClientChange) domain.Change {
	c := domain.Change{ClientID: b.ClientId, Action: domain.Action(b.Action), BaseVersion: int(b.BaseVersion), Reason: b.Reason}
	if b.Client != nil {
		c.Proposal = clientIn(*b.Client)
	}
	return c
}

func clientIn(b api.ClientData) *domain.Client {
	c := &domain.Client{Kind: string(b.Kind), Administration: b.Administration, Scopes: each(b.Scopes, func(s api.Scope) string { return string(s) }),
		Keys: each(or(b.Keys), keyIn), JWKSURI: or(b.JwksUri), Purposes: or(b.PurposeIds), DailyQuota: int(or(b.DailyQuota)),
		Bound: or(b.SenderConstraint) == api.ClientDataSenderConstraintDPOP}
	if r := b.Rate; r != nil {
		c.Rate = &domain.Rate{PerSecond: int(r.PerSecond), Burst: int(r.Burst)}
	}
	return c
}

func keyIn(k api.PublicKey) auth.JWK {
	return auth.JWK{Type: string(k.Kty), ID: k.Kid, Curve: string(or(k.Crv)), X: or(k.X), Y: or(k.Y), N: or(k.N), E: or(k.E),
		Alg: string(or(k.Alg)), Use: string(or(k.Use))}
}

func keyOut(k auth.JWK) api.PublicKey {
	return api.PublicKey{Kty: api.PublicKeyKty(k.Type), Kid: k.ID, Crv: optional(api.PublicKeyCrv(k.Curve)), X: optional(k.X), Y: optional(k.Y),
		N: optional(k.N), E: optional(k.E), Alg: optional(api.PublicKeyAlg(k.Alg)), Use: optional(api.PublicKeyUse(k.Use))}
}

func rateOut(r *domain.Rate) *api.Rate {
	if r == nil {
		return nil
	}
	return &api.Rate{PerSecond: int32(r.PerSecond), Burst: int32(r.Burst)}
}

func constraint(bound bool) string {
	if bound {
		return string(api.ClientSenderConstraintDPOP)
	}
	return string(api.ClientSenderConstraintNONE)
}

func clientOut(c domain.Client) api.Client {
	return api.Client{ClientId: c.ID, Kind: api.ClientKind(c.Kind), Administration: c.Administration, Scopes: c.Scopes, Keys: each(c.Keys, keyOut),
		JwksUri: optional(c.JWKSURI), PurposeIds: each(c.Purposes, func(s string) string { return s }), Rate: rateOut(c.Rate),
		DailyQuota: optional(int32(c.DailyQuota)), SenderConstraint: api.ClientSenderConstraint(constraint(c.Bound)),
		State: api.ClientState(c.State), Version: int32(c.Version)}
}

func proposalOut(c *domain.Client) *api.ClientData {
	if c == nil {
		return nil
	}
	out := &api.ClientData{Kind: api.ClientKind(c.Kind), Administration: c.Administration, Scopes: each(c.Scopes, func(s string) api.Scope { return api.Scope(s) }),
		JwksUri: optional(c.JWKSURI), Rate: rateOut(c.Rate), DailyQuota: optional(int32(c.DailyQuota)),
		SenderConstraint: optional(api.ClientDataSenderConstraint(constraint(c.Bound)))}
	if keys := each(c.Keys, keyOut); len(keys) > 0 {
		out.Keys = &keys
	}
	if len(c.Purposes) > 0 {
		out.PurposeIds = &c.Purposes
	}
	return out
}

func authorOut(a domain.Author) api.ChangeAuthor {
	return api.ChangeAuthor{ClientId: a.Client, Actor: a.Actor}
}

func changeOut(c domain.Change) api.ClientChange {
	out := api.ClientChange{ChangeId: c.ID, ClientId: c.ClientID, Administration: c.Administration, Action: api.ChangeAction(c.Action),
		BaseVersion: int32(c.BaseVersion), Client: proposalOut(c.Proposal), Reason: c.Reason, State: api.ChangeState(c.State),
		ProposedBy: authorOut(c.Proposer), ProposedAt: c.ProposedAt, DecidedAt: c.DecidedAt, Note: optional(c.Note)}
	if c.Decider != nil {
		by := authorOut(*c.Decider)
		out.DecidedBy = &by
	}
	return out
}
