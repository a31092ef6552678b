package store

import (
	"context"
	"encoding/base64"
	"regexp"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/services/gateway/internal/domain"
)

// Page asks for a stretch of a list.
type Page struct {
	Limit  int
	Cursor string
}

const defaultLimit = 50

func (p Page) limit() int {
	if p.Limit == 0 {
		return defaultLimit
	}
	return p.Limit
}

// ClientFilter narrows the list of clients; empty fields do not.
type ClientFilter struct{ Kind, Administration, State string }

// Clients lists the clients that the caller may see, by id, with the cursor of the next page.
func (o *Office) Clients(ctx context.Context, by auth.Identity, f ClientFilter, p Page) ([]domain.Client, string, error) {
	after, err := idCursor(p.Cursor)
	if err != nil {
		return nil, "", err
	}
	found, err := rows(ctx, o.DB, by.Administration, func(r pgx.CollectableRow) (domain.Client, error) { return scanClient(r) },
		`select `+clientColumns+` from clients where id collate "C" > $1 and ($2 = '' or kind = $2) and ($3 = '' or administration = $3)
		and ($4 = '' or state = $4) order by id collate "C" limit $5`, after, f.Kind, f.Administration, f.State, p.limit())
	if err != nil || len(found) < p.limit() {
		return found, "", err
	}
	return found, base64.RawURLEncoding.EncodeToString([]byte(found[len(found)-1].ID)), nil
}

// Client returns one client that the caller may see, also a suspended or removed one.
func (o *Office) Client(ctx context.Context, by auth.Identity, id string) (domain.Client, error) {
	found, err := rows(ctx, o.DB, by.Administration, scanClient, `select `+clientColumns+` from clients where id = $1`, id)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "Il client non è registrato.", "The client is not registered.")
	}
	if err != nil {
		return domain.Client{}, err
	}
	return found[0], nil
}

// Changes lists changes, newest first; empty filters do not narrow.
func (o *Office) Changes(ctx context.Context, by auth.Identity, client, state string, p Page) ([]domain.Change, string, error) {
	after, err := httpx.ParseCursor(p.Cursor)
	if err != nil {
		return nil, "", err
	}
	found, err := rows(ctx, o.DB, by.Administration, func(r pgx.CollectableRow) (domain.Change, error) { return scanChange(r) },
		`select `+changeColumns+` from client_changes where (created_at, id) < ($1, $2) and ($3 = '' or client = $3) and ($4 = '' or state = $4)
		order by created_at desc, id desc limit $5`, after.At, after.ID, client, state, p.limit())
	if err != nil || len(found) < p.limit() {
		return found, "", err
	}
	last := found[len(found)-1]
	return found, httpx.Cursor{At: last.ProposedAt, ID: last.ID.String()}.String(), nil
}

func rows[T any](ctx context.Context, db *database.DB, administration string, scan pgx.RowToFunc[T], query string, args ...any) (found []T, err error) {
	err = db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue(query, args...).Query(func(rows pgx.Rows) (err error) {
			found, err = pgx.CollectRows(rows, scan)
			return err
		})
	})
	return found, err
}

var clientID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// idCursor reads a place in a list by id; the empty one is before the first.
func idCursor(s string) (string, error) {
	id, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || s != "" && !clientID.Match(id) {
		return "", fault.New(fault.RequestInvalid, "Il cursore non è valido.", "The cursor is not valid.").
			At("query:cursor", "cursor", "cursore non valido", "not a cursor of this list")
	}
	return string(id), nil
}
