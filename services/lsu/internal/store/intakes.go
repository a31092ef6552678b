package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/services/lsu/internal/domain"
)

// Intake is a list that was uploaded, and what became of its rows.
type Intake struct {
	ID                               uuid.UUID
	Kind                             domain.IntakeKind
	Client, Actor                    string
	Rows, Accepted, Rejected, Unread int
	CreatedAt                        time.Time
}

// JudgedIntake is an intake with the verdict of each row, in the order of the list.
type JudgedIntake struct {
	Intake

	Rows []domain.Judged
}

const (
	insertIntake = `insert into intakes (id, administration, kind, client, actor, accepted, rejected, unread, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	insertFailed = `insert into failed_rows (intake_id, administration, row, line, reference, verdict, codes, reasons, sent)
select $1, $2, u.row, u.line, u.reference, u.verdict, string_to_array(u.codes, ';'), u.reasons::jsonb, u.sent
from unnest($3::int[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bytea[]) u(row, line, reference, verdict, codes, reasons, sent)`
)

// keepIntake queues what every intake leaves besides the rows that it accepted: the intake itself, its failed rows
// as they were sent, and its audit record. Of x the id and the kind are known; judged has a verdict for each of the
// rows, in their order.
func keepIntake[T any](d *Desk, tx *database.Tx, by auth.Identity, x Intake, rows []domain.Row[T], judged []domain.Judged) (JudgedIntake, error) {
	x.Client, x.Actor, x.Rows, x.CreatedAt = by.Client, by.Actor, len(judged), d.clock()
	for _, j := range judged {
		switch j.Verdict {
		case domain.Accepted:
			x.Accepted++
		case domain.Rejected:
			x.Rejected++
		case domain.Unread:
			x.Unread++
		}
	}
	own := by.OwnAdministration()
	tx.Queue(insertIntake, x.ID, own, x.Kind, x.Client, x.Actor, x.Accepted, x.Rejected, x.Unread, x.CreatedAt)
	var failed failedColumns
	for i, j := range judged {
		if j.Verdict == domain.Accepted {
			continue
		}
		if err := failed.add(d, own, x.ID, j, rows[i].Cells); err != nil {
			return JudgedIntake{}, err
		}
	}
	if len(failed.row) > 0 {
		tx.Queue(insertFailed, x.ID, own, failed.row, failed.line, failed.reference, failed.verdict, failed.codes, failed.reasons, failed.sent)
	}
	return JudgedIntake{x, judged}, audit.Append(tx, audit.Record{Action: "intake.upload", Subject: "intake/" + x.ID.String(), Administration: own, By: by,
		Detail: map[string]any{"kind": x.Kind, "accepted": x.Accepted, "rejected": x.Rejected, "unread": x.Unread}})
}

// failedColumns are failed rows turned by ninety degrees, as unnest takes them.
type failedColumns struct {
	row, line                          []int
	reference, verdict, codes, reasons []string
	sent                               [][]byte
}

// add seals the cells of a row for its place: they may name a person.
func (c *failedColumns) add(d *Desk, administration string, id uuid.UUID, j domain.Judged, sent domain.Cells) error {
	cells, err := sent.Unpack()
	if err != nil {
		return fmt.Errorf("cells of a row: %w", err)
	}
	plain, err := json.Marshal(cells)
	if err != nil {
		return fmt.Errorf("cells of a row: %w", err)
	}
	sealed, err := d.people.Encrypt(plain, sealedRows.Place(administration, id, j.Row))
	if err != nil {
		return fmt.Errorf("seal a row: %w", err)
	}
	reasons := []byte("[]")
	if len(j.Reasons) > 0 {
		if reasons, err = json.Marshal(j.Reasons); err != nil {
			return fmt.Errorf("reasons of a row: %w", err)
		}
	}
	c.row, c.line = append(c.row, j.Row), append(c.line, j.Line)
	c.reference, c.verdict = append(c.reference, j.Reference), append(c.verdict, string(j.Verdict))
	c.codes, c.reasons = append(c.codes, joinCodes(j.Codes)), append(c.reasons, string(reasons))
	c.sent = append(c.sent, sealed)
	return nil
}

func joinCodes(codes []domain.Code) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = string(c)
	}
	return strings.Join(out, ";")
}
