package store

import (
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/feed"
	"w2w/pkg/period"
	"w2w/services/concessions/internal/domain"
)

// decreed loads a decree's administration and the applications that it still grants.
func decreed(tx *database.Tx, decree uuid.UUID) (administration string, ids []uuid.UUID, err error) {
	tx.Queue("select administration from decrees where id = $1", decree).QueryRow(func(r pgx.Row) error { return r.Scan(&administration) })
	err = tx.Query(func(r pgx.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	}, "select application_id from decree_applications where decree_id = $1 and ended is null order by position", decree)
	return administration, ids, err
}

// Transmit hands the applications of a decree to INPS: those just decreed, and those rectified. The feed
// names the decree; INPS then reads it.
func (d *Desk) Transmit(tx *database.Tx, by auth.Identity, decree uuid.UUID) (correlation uuid.UUID, sent []uuid.UUID, err error) {
	administration, ids, err := decreed(tx, decree)
	if err != nil {
		return correlation, nil, err
	}
	files, err := lockAll(tx, ids)
	if err != nil {
		return correlation, nil, err
	}
	on := period.FromTime(d.clock.Today())
	for _, a := range files {
		event := domain.Send
		if a.State == domain.Rectified {
			event = domain.Resend
		} else if a.State != domain.Decreed {
			continue
		}
		if err := d.step(tx, a, domain.Act{Event: event, By: by, On: on}); err != nil {
			return correlation, nil, err
		}
		sent = append(sent, a.ID)
	}
	if len(sent) == 0 {
		return correlation, nil, fault.New(fault.StateConflict, "Nessuna istanza del decreto è da trasmettere.", "No application of the decree is to be sent.").
			With("allowed", []domain.State{domain.Decreed, domain.Rectified})
	}
	correlation = uuid.Must(uuid.NewV7())
	tx.Queue("insert into inps_transmissions (id, decree_id, administration) values ($1, $2, $3)", correlation, decree, administration)
	return correlation, sent, feed.Append(tx, feed.Event{Type: "it.w2w.concessions.decree.transmitted.v1", Subject: "decree/" + decree.String(),
		Administration: administration, Data: map[string]any{"correlation_id": correlation, "applications": len(sent)}})
}

// ReceiptRecord is the answer of INPS on one application or one of its rows.
type ReceiptRecord struct {
	ApplicationID uuid.UUID `json:"application_id"`
	Outcome       string    `json:"outcome"`
	Row           int       `json:"row,omitempty"`
	Code          string    `json:"code,omitempty"`
	Field         string    `json:"field,omitempty"`
}

// Receipt is INPS's answer to a transmitted decree.
type Receipt struct {
	DecreeID uuid.UUID
	FileID   string
	Level    string // FILE or RECORD
	Records  []ReceiptRecord
}

// verdicts: an application with one discarded record is discarded, otherwise accepted.
func (r Receipt) verdicts() (ids []uuid.UUID, discarded map[uuid.UUID]bool) {
	discarded = map[uuid.UUID]bool{}
	for _, x := range r.Records {
		if _, known := discarded[x.ApplicationID]; !known {
			ids = append(ids, x.ApplicationID)
		}
		discarded[x.ApplicationID] = discarded[x.ApplicationID] || x.Outcome == "SCARTATO"
	}
	return ids, discarded
}

// Receive records a receipt and moves its applications; one that is not of the decree refuses all.
func (d *Desk) Receive(tx *database.Tx, by auth.Identity, r Receipt) ([]uuid.UUID, error) {
	administration, granted, err := decreed(tx, r.DecreeID)
	if err != nil {
		return nil, err
	}
	ids, discarded := r.verdicts()
	for _, id := range ids {
		if !slices.Contains(granted, id) {
			return nil, fault.New(fault.RuleViolated, "L'istanza non è del decreto.", "The application is not of this decree.").With("application_id", id)
		}
	}
	files, err := lockAll(tx, ids)
	if err != nil {
		return nil, err
	}
	for _, a := range files {
		event := domain.Accept
		if discarded[a.ID] {
			event = domain.Discard
		}
		if err := d.step(tx, a, domain.Act{Event: event, By: by, On: period.FromTime(d.clock.Today()), Detail: map[string]any{"file_id": r.FileID}}); err != nil {
			return nil, err
		}
	}
	outcome := "ACCOLTO"
	if slices.ContainsFunc(ids, func(id uuid.UUID) bool { return discarded[id] }) {
		outcome = "SCARTATO"
	}
	tx.Queue("insert into inps_receipts (id, decree_id, administration, file_id, level, outcome, records) values ($1, $2, $3, $4, $5, $6, $7)",
		uuid.Must(uuid.NewV7()), r.DecreeID, administration, r.FileID, r.Level, outcome, r.Records)
	tx.Queue("update inps_transmissions set answered_at = now() where decree_id = $1 and answered_at is null", r.DecreeID)
	return ids, nil
}

// Authorisation is INPS's permission to pay an application, up to hours and cents.
type Authorisation struct {
	ApplicationID uuid.UUID
	Number        string
	On            period.Date
	Hours         int64
	Cents         int64
}

// Authorise records an authorisation.
func (d *Desk) Authorise(tx *database.Tx, by auth.Identity, x Authorisation) error {
	a, err := lock(tx, x.ApplicationID)
	if err != nil {
		return err
	}
	if err := d.step(tx, &a, domain.Act{Event: domain.Authorise, By: by, On: x.On, Detail: map[string]any{"number": x.Number}}); err != nil {
		return err
	}
	if x.Cents > a.EstimateCents {
		return fault.New(fault.RuleViolated, "L'autorizzazione supera l'importo decretato.", "The authorisation exceeds what was decreed.").
			At("/cents", "maximum", fmt.Sprintf("al massimo %d", a.EstimateCents), fmt.Sprintf("at most %d", a.EstimateCents))
	}
	tx.Queue("insert into inps_authorisations (application_id, administration, number, authorised_on, hours, cents) values ($1, $2, $3, $4, $5, $6)",
		a.ID, a.Administration, x.Number, x.On, x.Hours, x.Cents)
	return nil
}
