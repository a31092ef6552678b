package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/services/concessions/internal/domain"
)

const insertUnreadRows = `insert into unread_rows (application_id, administration, row, line, sent, reasons)
select $1, $2, u.row, u.line, u.sent, u.reasons::jsonb from unnest($3::int[], $4::int[], $5::bytea[], $6::text[]) u(row, line, sent, reasons)`

// insertUnread queues rows that could not be read as one statement, their cells sealed.
func (d *Desk) insertUnread(tx *database.Tx, a *domain.Application, list []domain.Unread) error {
	var rows, lines []int
	var sent [][]byte
	var reasons []string
	for _, u := range list {
		cells, err := json.Marshal(u.Values)
		if err != nil {
			return fmt.Errorf("cells of a row: %w", err)
		}
		sealed, err := d.people.Encrypt(cells, sealedUnread.Place(a.Administration, a.ID, u.Row))
		if err != nil {
			return fmt.Errorf("seal a row: %w", err)
		}
		why, err := json.Marshal(u.Reasons)
		if err != nil {
			return fmt.Errorf("reasons of a row: %w", err)
		}
		rows, lines, sent, reasons = append(rows, u.Row), append(lines, u.Line), append(sent, sealed), append(reasons, string(why))
	}
	if len(list) > 0 {
		tx.Queue(insertUnreadRows, a.ID, a.Administration, rows, lines, sent, reasons)
	}
	return nil
}

func (d *Desk) loadUnread(tx *database.Tx, a *domain.Application) (list []domain.Unread, err error) {
	err = tx.Query(func(r pgx.Rows) error {
		var u domain.Unread
		var sealed []byte
		if err := r.Scan(&u.Row, &u.Line, &sealed, &u.Reasons); err != nil {
			return err
		}
		cells, err := d.people.Decrypt(sealed, sealedUnread.Place(a.Administration, a.ID, u.Row))
		if err != nil {
			return fmt.Errorf("open a row: %w", err)
		}
		if err := json.Unmarshal(cells, &u.Values); err != nil {
			return fmt.Errorf("cells of a row: %w", err)
		}
		list = append(list, u)
		return nil
	}, "select row, line, sent, reasons from unread_rows where application_id = $1 order by row", a.ID)
	return list, err
}

// loadList loads the whole list of a draft.
func (d *Desk) loadList(tx *database.Tx, a *domain.Application) (list domain.List, err error) {
	if list.Workers, _, err = d.loadRows(tx, a); err != nil {
		return list, err
	}
	list.Unread, err = d.loadUnread(tx, a)
	return list, err
}

// Failed returns the rows of an application that could not be read or are rejected, and records who looked.
func (d *Desk) Failed(ctx context.Context, by auth.Identity, id uuid.UUID) (list domain.List, err error) {
	err = d.db.Update(ctx, by.Administration, func(tx *database.Tx) error {
		a := domain.Application{}
		if err := tx.QueryRow("select id, administration from applications where id = $1", []any{id}, &a.ID, &a.Administration); err != nil {
			return err
		}
		all, err := d.loadList(tx, &a)
		if err != nil {
			return err
		}
		list = domain.List{Unread: all.Unread}
		for _, w := range all.Workers {
			if !w.Accepted() {
				list.Workers = append(list.Workers, w)
			}
		}
		return audit.Append(tx, audit.Record{Action: "failed-rows.read", Subject: "application/" + id.String(), Administration: a.Administration, By: by})
	})
	return list, err
}
