package plafond

import (
	"context"
	"encoding/base64"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/period"
)

// Movement is one line of the ledger: cents that left the bucket Debit for the bucket Credit.
type Movement struct {
	ID            int64
	Kind          string // ASSIGN, WITHDRAW, COMMIT, SPEND, REFUND, RELEASE
	Debit         string
	Credit        string
	Cents         int64
	StateCents    *int64 // nil for money that is not committed
	RegionalCents *int64
	Reference     string
	Act           string
	EffectiveOn   period.Date
	RecordedAt    time.Time
}

// MovementQuery asks for the movements of an account, newest first; After is the cursor of the page before.
type MovementQuery struct {
	Account uuid.UUID
	After   string
	Limit   int
}

// MovementPage is a page of movements; NextCursor is empty on the last one.
type MovementPage struct {
	Items      []Movement
	NextCursor string
}

const selectMovements = `select id, kind, debit, credit, cents, state_cents, regional_cents, reference, act, effective_on, recorded_at
from plafond_movements where account_id = $1 and ($2 = 0 or id < $2) order by id desc limit $3 + 1`

// Movements lists what happened to an account; one that the administration may not see is not found.
func Movements(ctx context.Context, db *database.DB, administration string, q MovementQuery) (MovementPage, error) {
	page, limit := MovementPage{Items: []Movement{}}, pageSize(q.Limit)
	before, err := parseCursor(q.After)
	if err != nil {
		return page, err
	}
	err = db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue("select id from plafond_accounts where id = $1", q.Account).QueryRow(func(row pgx.Row) error { return row.Scan(&q.Account) })
		b.Queue(selectMovements, q.Account, before, limit).Query(func(rows pgx.Rows) (err error) {
			page.Items, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Movement])
			return err
		})
	})
	if len(page.Items) > limit {
		page.Items = page.Items[:limit]
		page.NextCursor = cursorOf(page.Items[limit-1].ID)
	}
	return page, err
}

const (
	defaultPage = 50
	largestPage = 500
)

func pageSize(asked int) int {
	if asked <= 0 {
		return defaultPage
	}
	return min(asked, largestPage)
}

func cursorOf(id int64) string {
	return base64.RawURLEncoding.EncodeToString(strconv.AppendInt(nil, id, 10))
}

func parseCursor(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		var id int64
		if id, err = strconv.ParseInt(string(raw), 10, 64); err == nil && id > 0 {
			return id, nil
		}
	}
	return 0, fault.New(fault.RequestInvalid, "Il cursore non è valido.", "The cursor is not valid.").
		At("query:cursor", "cursor", "cursore non valido", "not a cursor of this list")
}
