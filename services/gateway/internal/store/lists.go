package store

import (
	"context"
	"regexp"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"w2w/pkg/auth"
	"w2w/pkg/page"
	"w2w/services/gateway/internal/domain"
)

// ClientFilter narrows the list of clients; empty fields do not.
type ClientFilter struct{ Kind, Administration, State string }

func (f ClientFilter) apply(q *gorm.DB) *gorm.DB {
	return narrow(q, [][2]string{{"kind", f.Kind}, {"administration", f.Administration}, {"state", f.State}})
}

// narrow compares columns with the values that are not empty.
func narrow(q *gorm.DB, filters [][2]string) *gorm.DB {
	for _, f := range filters {
		if f[1] != "" {
			q = q.Where(f[0]+" = ?", f[1])
		}
	}
	return q
}

var clientID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// Clients lists the clients that the caller may see, by id, with the cursor of the next page.
func (o *Office) Clients(ctx context.Context, by auth.Identity, f ClientFilter, p page.Page) ([]domain.Client, string, error) {
	list := page.List[domain.Client]{Rows: func(q *gorm.DB) *gorm.DB { return f.apply(q.Table("clients")) }, Columns: clientColumns, Scan: scanClient,
		Order: page.Order[domain.Client]{Keys: []page.Key[domain.Client]{
			page.Text(`id collate "C"`, clientID, func(c domain.Client) string { return c.ID }),
		}}}
	return list.Read(ctx, o.DB, by.Administration, p)
}

// Client returns one client that the caller may see, also a suspended or removed one.
func (o *Office) Client(ctx context.Context, by auth.Identity, id string) (domain.Client, error) {
	return oneClient(ctx, o.DB, by.Administration, `select `+clientColumns+` from clients where id = $1`, id)
}

// Changes lists changes, newest first; empty filters do not narrow.
func (o *Office) Changes(ctx context.Context, by auth.Identity, client, state string, p page.Page) ([]domain.Change, string, error) {
	list := page.List[domain.Change]{Rows: func(q *gorm.DB) *gorm.DB {
		return narrow(q.Table("client_changes"), [][2]string{{"client", client}, {"state", state}})
	}, Columns: changeColumns, Scan: scanChange, Order: page.Newest(func(c domain.Change) (time.Time, uuid.UUID) { return c.ProposedAt, c.ID })}
	return list.Read(ctx, o.DB, by.Administration, p)
}
