package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/feed"
	"w2w/pkg/httpx"
)

// Contact is whom to remind in a Region: an office, not a person.
type Contact struct {
	Region    string
	Office    string
	Email     string
	Version   int
	UpdatedAt time.Time
}

const selectContact = `select administration, office, email, version, updated_at from contacts where administration = $1`

func scanContact(r pgx.Row) (c Contact, err error) {
	err = r.Scan(&c.Region, &c.Office, &c.Email, &c.Version, &c.UpdatedAt)
	return c, err
}

// Contact returns whom to remind in a Region.
func (d *Desk) Contact(ctx context.Context, administration, region string) (c Contact, err error) {
	err = d.db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue(selectContact, region).QueryRow(func(r pgx.Row) (err error) {
			c, err = scanContact(r)
			return err
		})
	})
	return c, err
}

// putContact changes nothing when another was faster.
const putContact = `insert into contacts (administration, office, email, updated_at) values ($1, $2, $3, $4)
on conflict (administration) do update set office = excluded.office, email = excluded.email, version = contacts.version + 1, updated_at = excluded.updated_at
	where contacts.version = $5
returning version`

// ReplaceContact states whom to remind, at the version that the caller read: 0 while there is no contact.
func (d *Desk) ReplaceContact(tx *database.Tx, by auth.Identity, ifMatch string, c Contact) (Contact, error) {
	if err := d.ownRegion(by, c.Region); err != nil {
		return c, err
	}
	was := 0
	if err := tx.QueryRow(`select coalesce(max(version), 0) from contacts where administration = $1`, []any{c.Region}, &was); err != nil {
		return c, err
	}
	if err := httpx.MatchVersion(ifMatch, was); err != nil {
		return c, err
	}
	c.UpdatedAt = d.clock()
	err := tx.QueryRow(putContact, []any{c.Region, c.Office, c.Email, c.UpdatedAt, was}, &c.Version)
	if errors.Is(err, pgx.ErrNoRows) {
		return c, httpx.MatchVersion(ifMatch, was+1)
	}
	if err != nil {
		return c, err
	}
	subject := "contact/" + c.Region
	err = feed.Append(tx, feed.Event{Type: "it.w2w.lsu.contact.changed.v1", Subject: subject, Administration: c.Region, Data: map[string]any{"version": c.Version}})
	if err != nil {
		return c, err
	}
	return c, audit.Append(tx, audit.Record{Action: "contact.replace", Subject: subject, Administration: c.Region, By: by})
}
