package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/services/gateway/internal/domain"
)

// Office is where clients are registered: one person proposes, another one approves.
type Office struct {
	DB    *database.DB
	Rules domain.Rules
	Now   clock.Clock
}

// Propose files a change.
func (o *Office) Propose(tx *database.Tx, by auth.Identity, c domain.Change) (domain.Change, error) {
	// Ids are one space for all administrations; the row of another one must not become visible by it.
	tx.Become(auth.AllAdministrations)
	present, err := clientFor(tx, c.ClientID)
	if err != nil {
		return c, err
	}
	tx.Become(by.Administration)
	if present != nil && by.Administration != auth.AllAdministrations && present.Administration != by.Administration {
		if c.Action == domain.Put {
			return c, fault.New(fault.AlreadyExists, "L'identificativo è già usato.", "The id is taken.").At("/client_id", "taken", "già usato", "taken")
		}
		present = nil
	}
	if c, err = o.Rules.Propose(by, c, present); err != nil {
		return c, err
	}
	if c.ID, err = uuid.NewV7(); err != nil {
		return c, err
	}
	c.ProposedAt = o.Now().UTC().Truncate(time.Microsecond)
	tx.Queue(`insert into client_changes (id, created_at, client, administration, action, base_version, proposal, reason, proposer, proposer_actor)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		c.ID, c.ProposedAt, c.ClientID, c.Administration, c.Action, c.BaseVersion, proposalOf(c.Proposal), c.Reason, c.Proposer.Client, c.Proposer.Actor)
	return c, o.record(tx, "client.propose", by, c)
}

// Approve puts a change into effect.
func (o *Office) Approve(tx *database.Tx, by auth.Identity, id uuid.UUID) (domain.Change, error) {
	c, err := changeFor(tx, id)
	if err != nil {
		return c, err
	}
	present, err := clientFor(tx, c.ClientID)
	if err != nil {
		return c, err
	}
	after, err := c.Approve(by, present, o.now())
	if err != nil {
		return c, err
	}
	writeClient(tx, after, present == nil)
	decide(tx, c)
	return c, o.record(tx, "client.approve", by, c)
}

// Reject ends a change without effect.
func (o *Office) Reject(tx *database.Tx, by auth.Identity, id uuid.UUID, note string) (domain.Change, error) {
	c, err := changeFor(tx, id)
	if err != nil {
		return c, err
	}
	if err := c.Reject(by, note, o.now()); err != nil {
		return c, err
	}
	decide(tx, c)
	return c, o.record(tx, "client.reject", by, c)
}

func (o *Office) now() time.Time { return o.Now().UTC().Truncate(time.Microsecond) }

func (o *Office) record(tx *database.Tx, action string, by auth.Identity, c domain.Change) error {
	detail := map[string]any{"change": c.ID, "action": c.Action, "base_version": c.BaseVersion}
	if p := c.Proposal; p != nil {
		var ids []string
		for _, k := range p.Keys {
			ids = append(ids, k.ID)
		}
		detail["kind"], detail["scopes"], detail["keys"], detail["jwks_uri"] = p.Kind, p.Scopes, ids, p.JWKSURI
	}
	return audit.Append(tx, audit.Record{Action: action, Subject: "client/" + c.ClientID, Administration: c.Administration, By: by, Detail: detail})
}

func decide(tx *database.Tx, c domain.Change) {
	tx.Queue(`update client_changes set state = $2, decided_at = $3, decider = $4, decider_actor = $5, note = $6 where id = $1`,
		c.ID, c.State, c.DecidedAt, c.Decider.Client, c.Decider.Actor, c.Note)
}

// clientFor locks a client; nil when the caller sees none.
func clientFor(tx *database.Tx, id string) (*domain.Client, error) {
	var found *domain.Client
	err := tx.Query(func(rows pgx.Rows) error {
		c, err := scanClient(rows)
		found = &c
		return err
	}, `select `+clientColumns+` from clients where id = $1 for update`, id)
	return found, err
}

func changeFor(tx *database.Tx, id uuid.UUID) (c domain.Change, err error) {
	tx.Queue(`select `+changeColumns+` from client_changes where id = $1 for update`, id).
		QueryRow(func(r pgx.Row) (err error) { c, err = scanChange(r); return err })
	if err = tx.Flush(); errors.Is(err, pgx.ErrNoRows) {
		err = noChange()
	}
	return c, err
}

const (
	insertClient = `insert into clients (id, kind, administration, scopes, public_keys, jwks_uri, secret_hash, purposes, rate_per_second,
		rate_burst, daily_quota, bound, state, version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`
	updateClient = `update clients set kind = $2, administration = $3, scopes = $4, public_keys = $5, jwks_uri = $6, secret_hash = $7,
		purposes = $8, rate_per_second = $9, rate_burst = $10, daily_quota = $11, bound = $12, state = $13, version = $14, changed_at = now()
		where id = $1`
)

func writeClient(tx *database.Tx, c domain.Client, fresh bool) {
	perSecond, burst := rateColumns(c.Rate)
	statement := updateClient
	if fresh {
		statement = insertClient
	}
	tx.Queue(statement, c.ID, c.Kind, c.Administration, list(c.Scopes), list(c.Keys), c.JWKSURI, c.SecretHash, list(c.Purposes), perSecond, burst,
		c.DailyQuota, c.Bound, c.State, c.Version)
}

func noChange() error {
	return fault.New(fault.NotFound, "La proposta non esiste.", "There is no such change.")
}

// Change returns one change that the caller may see.
func (o *Office) Change(ctx context.Context, by auth.Identity, id uuid.UUID) (c domain.Change, err error) {
	err = o.DB.Read(ctx, by.Administration, func(b *pgx.Batch) {
		b.Queue(`select `+changeColumns+` from client_changes where id = $1`, id).QueryRow(func(r pgx.Row) (err error) { c, err = scanChange(r); return err })
	})
	if fault.Is(err, fault.NotFound) {
		err = noChange()
	}
	return c, err
}
