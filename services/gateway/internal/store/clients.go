// Package store keeps the client registry and the used assertions in PostgreSQL.
package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/services/gateway/internal/domain"
)

// Clients is the registry's table as the gateway itself reads it: across administrations, since it is what tells
// them apart.
type Clients struct{ DB *database.DB }

const clientColumns = `id, kind, administration, scopes, public_keys, jwks_uri, secret_hash, purposes, rate_per_second, rate_burst,
	daily_quota, bound, state, version`

// Client implements domain.Registry.
func (s Clients) Client(ctx context.Context, id string) (domain.Client, error) {
	return oneClient(ctx, s.DB, auth.AllAdministrations, `select `+clientColumns+` from clients where id = $1 and state = 'ACTIVE'`, id)
}

func oneClient(ctx context.Context, db *database.DB, administration, query, id string) (c domain.Client, err error) {
	err = db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue(query, id).QueryRow(func(r pgx.Row) (err error) { c, err = scanClient(r); return err })
	})
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.NotFound, "Il client non è registrato.", "The client is not registered.")
	}
	return c, err
}

// Governed says whether one active client may propose changes and another one approve them.
func (s Clients) Governed(ctx context.Context) (governed bool, err error) {
	err = s.DB.Read(ctx, auth.AllAdministrations, func(b *pgx.Batch) {
		b.Queue(`select exists (select from clients p, clients a where p.id <> a.id and p.state = 'ACTIVE' and a.state = 'ACTIVE'
			and $1 = any(p.scopes) and $2 = any(a.scopes))`, domain.ScopePropose, domain.ScopeApprove).
			QueryRow(func(r pgx.Row) error { return r.Scan(&governed) })
	})
	return governed, err
}

// putClient takes the version one step on where something differs. A suspended or removed client stays so.
const putClient = `insert into clients as c (id, kind, administration, scopes, public_keys, secret_hash, bound, purposes)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (id) do update set kind = excluded.kind, administration = excluded.administration, scopes = excluded.scopes,
	public_keys = excluded.public_keys, secret_hash = excluded.secret_hash, bound = excluded.bound, purposes = excluded.purposes,
	jwks_uri = '', version = c.version + 1, changed_at = now()
where (c.kind, c.administration, c.scopes, c.public_keys, c.secret_hash, c.bound, c.purposes, c.jwks_uri)
	is distinct from (excluded.kind, excluded.administration, excluded.scopes, excluded.public_keys, excluded.secret_hash, excluded.bound, excluded.purposes, '')`

// Put writes clients of a file as they stand now; those not named stay as they are.
func (s Clients) Put(ctx context.Context, clients []domain.Client) error {
	return s.DB.Update(ctx, auth.AllAdministrations, func(tx *database.Tx) error {
		for _, c := range clients {
			tx.Queue(putClient, c.ID, c.Kind, c.Administration, c.Scopes, list(c.Keys), c.SecretHash, c.Bound, list(c.Purposes))
		}
		return nil
	})
}

// list is never null in the database.
func list[T any](of []T) []T {
	if of == nil {
		return []T{}
	}
	return of
}

func scanClient(row pgx.Row) (c domain.Client, err error) {
	var perSecond, burst *int
	err = row.Scan(&c.ID, &c.Kind, &c.Administration, &c.Scopes, &c.Keys, &c.JWKSURI, &c.SecretHash, &c.Purposes, &perSecond, &burst,
		&c.DailyQuota, &c.Bound, &c.State, &c.Version)
	if perSecond != nil && burst != nil {
		c.Rate = &domain.Rate{PerSecond: *perSecond, Burst: *burst}
	}
	return c, err
}

func rateColumns(r *domain.Rate) (perSecond, burst *int) {
	if r == nil {
		return nil, nil
	}
	return &r.PerSecond, &r.Burst
}
