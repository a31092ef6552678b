// Package store keeps the client registry and the used assertions in PostgreSQL.
package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/services/gateway/internal/domain"
)

// Clients is the registry's table. The gateway looks across administrations, since it is what tells them apart.
type Clients struct{ DB *database.DB }

// Client implements domain.Registry.
func (s Clients) Client(ctx context.Context, id string) (domain.Client, error) {
	var found []domain.Client
	err := s.DB.Read(ctx, auth.AllAdministrations, func(b *pgx.Batch) {
		b.Queue(`select id, kind, administration, scopes, public_key, secret_hash, rate_per_second, rate_burst, daily_quota from clients where id = $1`, id).
			Query(func(rows pgx.Rows) (err error) {
				found, err = pgx.CollectRows(rows, scanClient)
				return err
			})
	})
	if err != nil {
		return domain.Client{}, err
	}
	if len(found) == 0 {
		return domain.Client{}, fault.New(fault.NotFound, "Il client non è registrato.", "The client is not registered.")
	}
	return found[0], nil
}

// Put writes clients as they stand now; those not named stay as they are.
func (s Clients) Put(ctx context.Context, clients []domain.Client) error {
	return s.DB.Update(ctx, auth.AllAdministrations, func(tx *database.Tx) error {
		for _, c := range clients {
			key, err := json.Marshal(c.Key)
			if err != nil {
				return fmt.Errorf("client %s: %w", c.ID, err)
			}
			perSecond, burst := rateColumns(c.Rate)
			tx.Queue(`insert into clients (id, kind, administration, scopes, public_key, secret_hash, rate_per_second, rate_burst, daily_quota)
				values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
				on conflict (id) do update set kind = excluded.kind, administration = excluded.administration, scopes = excluded.scopes,
					public_key = excluded.public_key, secret_hash = excluded.secret_hash,
					rate_per_second = excluded.rate_per_second, rate_burst = excluded.rate_burst, daily_quota = excluded.daily_quota, changed_at = now()`,
				c.ID, c.Kind, c.Administration, c.Scopes, key, c.SecretHash, perSecond, burst, c.DailyQuota)
		}
		return nil
	})
}

func scanClient(row pgx.CollectableRow) (domain.Client, error) {
	var c domain.Client
	var key []byte
	var perSecond, burst *int
	if err := row.Scan(&c.ID, &c.Kind, &c.Administration, &c.Scopes, &key, &c.SecretHash, &perSecond, &burst, &c.DailyQuota); err != nil {
		return c, err
	}
	if perSecond != nil && burst != nil {
		c.Rate = &domain.Rate{PerSecond: *perSecond, Burst: *burst}
	}
	if len(key) > 0 {
		if err := json.Unmarshal(key, &c.Key); err != nil {
			return c, fmt.Errorf("client %s: key: %w", c.ID, err)
		}
	}
	return c, nil
}

func rateColumns(r *domain.Rate) (perSecond, burst *int) {
	if r == nil {
		return nil, nil
	}
	return &r.PerSecond, &r.Burst
}
