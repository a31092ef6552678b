package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/services/lsu/internal/domain"
)

// FailedRow is a row that could not be read or is rejected, as it was sent.
type FailedRow struct {
	domain.Judged

	Sent map[string]string
}

// FailedRows returns the failed rows of an intake with its kind, and records who looked.
func (d *Desk) FailedRows(ctx context.Context, by auth.Identity, id uuid.UUID, purpose string) (kind domain.IntakeKind, failed []FailedRow, err error) {
	l := look{action: "failed-rows.read", refused: "failed-rows.refused", subject: "intake/" + id.String(), purpose: purpose}
	err = d.look(ctx, by, l, func(tx *database.Tx) (int, error) {
		var administration string
		if err := tx.QueryRow("select kind, administration from intakes where id = $1", []any{id}, &kind, &administration); err != nil {
			return 0, err
		}
		failed = nil
		err := tx.Query(func(r pgx.Rows) error {
			f, err := d.scanFailed(r, administration, id)
			failed = append(failed, f)
			return err
		}, "select row, line, reference, verdict, codes, reasons, sent from failed_rows where intake_id = $1 order by row", id)
		return len(failed), err
	})
	return kind, failed, err
}

func (d *Desk) scanFailed(r pgx.Row, administration string, id uuid.UUID) (f FailedRow, err error) {
	var sealed []byte
	if err := r.Scan(&f.Row, &f.Line, &f.Reference, &f.Verdict, &f.Codes, &f.Reasons, &sealed); err != nil {
		return f, err
	}
	cells, err := d.people.Decrypt(sealed, sealedRows.Place(administration, id, f.Row))
	if err != nil {
		return f, fmt.Errorf("open a row: %w", err)
	}
	if err := json.Unmarshal(cells, &f.Sent); err != nil {
		return f, fmt.Errorf("cells of a row: %w", err)
	}
	return f, nil
}
