package store

import (
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
	tx.Queue("insert into inps_records (transmission_id, application_id, administration) select $1, u, $3 from unnest($2::uuid[]) u", correlation, sent, administration)
	return correlation, sent, feed.Append(tx, feed.Event{Type: "it.w2w.concessions.decree.transmitted.v1", Subject: "decree/" + decree.String(),
		Administration: administration, Data: map[string]any{"correlation_id": correlation, "applications": len(sent)}})
}
