package rest

import (
	"w2w/pkg/auth"
	"w2w/pkg/httpx"
	"w2w/services/gateway/internal/domain"
	"w2w/services/gateway/internal/rest/api"
)

func changeIn(b *api.NewClientChange) domain.Change {
	c := domain.Change{ClientID: b.ClientId, Action: domain.Action(b.Action), BaseVersion: int(b.BaseVersion), Reason: b.Reason}
	if b.Client != nil {
		c.Proposal = clientIn(*b.Client)
	}
	return c
}

func clientIn(b api.ClientData) *domain.Client {
	c := &domain.Client{Kind: string(b.Kind), Administration: b.Administration, Scopes: httpx.Each(b.Scopes, func(s api.Scope) string { return string(s) }),
		Keys: httpx.Each(httpx.Or(b.Keys), keyIn), JWKSURI: httpx.Or(b.JwksUri), Purposes: httpx.Or(b.PurposeIds), DailyQuota: int(httpx.Or(b.DailyQuota)),
		Bound: httpx.Or(b.SenderConstraint) == api.ClientDataSenderConstraintDPOP}
	if r := b.Rate; r != nil {
		c.Rate = &domain.Rate{PerSecond: int(r.PerSecond), Burst: int(r.Burst)}
	}
	return c
}

func keyIn(k api.PublicKey) auth.JWK {
	return auth.JWK{Type: string(k.Kty), ID: k.Kid, Curve: string(httpx.Or(k.Crv)), X: httpx.Or(k.X), Y: httpx.Or(k.Y), N: httpx.Or(k.N), E: httpx.Or(k.E),
		Alg: string(httpx.Or(k.Alg)), Use: string(httpx.Or(k.Use))}
}

func keyOut(k auth.JWK) api.PublicKey {
	return api.PublicKey{Kty: api.PublicKeyKty(k.Type), Kid: k.ID, Crv: httpx.Optional(api.PublicKeyCrv(k.Curve)), X: httpx.Optional(k.X), Y: httpx.Optional(k.Y),
		N: httpx.Optional(k.N), E: httpx.Optional(k.E), Alg: httpx.Optional(api.PublicKeyAlg(k.Alg)), Use: httpx.Optional(api.PublicKeyUse(k.Use))}
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
	return api.Client{ClientId: c.ID, Kind: api.ClientKind(c.Kind), Administration: c.Administration, Scopes: c.Scopes, Keys: httpx.Each(c.Keys, keyOut),
		JwksUri: httpx.Optional(c.JWKSURI), PurposeIds: httpx.Each(c.Purposes, func(s string) string { return s }), Rate: rateOut(c.Rate),
		DailyQuota: httpx.Optional(int32(c.DailyQuota)), SenderConstraint: api.ClientSenderConstraint(constraint(c.Bound)),
		State: api.ClientState(c.State), Version: int32(c.Version)}
}

func proposalOut(c *domain.Client) *api.ClientData {
	if c == nil {
		return nil
	}
	out := &api.ClientData{Kind: api.ClientKind(c.Kind), Administration: c.Administration, Scopes: httpx.Each(c.Scopes, func(s string) api.Scope { return api.Scope(s) }),
		JwksUri: httpx.Optional(c.JWKSURI), Rate: rateOut(c.Rate), DailyQuota: httpx.Optional(int32(c.DailyQuota)),
		SenderConstraint: httpx.Optional(api.ClientDataSenderConstraint(constraint(c.Bound)))}
	if keys := httpx.Each(c.Keys, keyOut); len(keys) > 0 {
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
		ProposedBy: authorOut(c.Proposer), ProposedAt: c.ProposedAt, DecidedAt: c.DecidedAt, Note: httpx.Optional(c.Note)}
	if c.Decider != nil {
		by := authorOut(*c.Decider)
		out.DecidedBy = &by
	}
	return out
}
