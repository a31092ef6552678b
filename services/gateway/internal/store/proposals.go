package store

import (
	"time"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/auth"
	"w2w/services/gateway/internal/domain"
)

// proposal is a proposed client as its change keeps it.
type proposal struct {
	Kind           string       `json:"kind"`
	Administration string       `json:"administration"`
	Scopes         []string     `json:"scopes"`
	Keys           []auth.JWK   `json:"keys"`
	JWKSURI        string       `json:"jwks_uri,omitempty"`
	Purposes       []string     `json:"purposes,omitempty"`
	Rate           *domain.Rate `json:"rate,omitempty"`
	DailyQuota     int          `json:"daily_quota,omitempty"`
	Bound          bool         `json:"bound,omitempty"`
}

func proposalOf(c *domain.Client) *proposal {
	if c == nil {
		return nil
	}
	return &proposal{c.Kind, c.Administration, c.Scopes, c.Keys, c.JWKSURI, c.Purposes, c.Rate, c.DailyQuota, c.Bound}
}

func (p *proposal) client(id string) *domain.Client {
	if p == nil {
		return nil
	}
	return &domain.Client{ID: id, Kind: p.Kind, Administration: p.Administration, Scopes: p.Scopes, Keys: p.Keys, JWKSURI: p.JWKSURI,
		Purposes: p.Purposes, Rate: p.Rate, DailyQuota: p.DailyQuota, Bound: p.Bound}
}

const changeColumns = `id, client, administration, action, base_version, proposal, reason, state, proposer, proposer_actor, created_at,
	decider, decider_actor, decided_at, note`

func scanChange(row pgx.Row) (c domain.Change, err error) {
	var p *proposal
	var decider, actor *string
	var decided *time.Time
	err = row.Scan(&c.ID, &c.ClientID, &c.Administration, &c.Action, &c.BaseVersion, &p, &c.Reason, &c.State, &c.Proposer.Client, &c.Proposer.Actor,
		&c.ProposedAt, &decider, &actor, &decided, &c.Note)
	c.Proposal, c.DecidedAt = p.client(c.ClientID), decided
	if decider != nil && actor != nil {
		c.Decider = &domain.Author{Client: *decider, Actor: *actor}
	}
	return c, err
}
