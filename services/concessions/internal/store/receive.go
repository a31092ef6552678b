package store

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/period"
	"w2w/services/concessions/internal/domain"
)

// The levels of a receipt and what it may say.
const (
	levelFile = "FILE"
	accepted  = "ACCOLTO"
	discarded = "SCARTATO"
)

// ReceiptRecord is the answer of INPS on one application or one of its rows.
type ReceiptRecord struct {
	ApplicationID uuid.UUID `json:"application_id"`
	Outcome       string    `json:"outcome"`
	Row           int       `json:"row,omitempty"`
	Code          string    `json:"code,omitempty"`
	Field         string    `json:"field,omitempty"`
}

// Receipt is INPS's answer to a transmission: to its file as a whole or to its records.
type Receipt struct {
	DecreeID    uuid.UUID
	Correlation *uuid.UUID // the transmission; the decree's latest when nil
	FileID      string
	Level       string // FILE or RECORD
	Outcome     string // of a file
	Code        string
	Field       string
	Records     []ReceiptRecord
}

// check refuses a receipt that says nothing, or too much, for its level.
func (r Receipt) check() error {
	f := fault.New(fault.RuleViolated, "La ricevuta non è completa.", "The receipt is not complete.")
	file := r.Level == levelFile
	if file != (r.Outcome != "") {
		f.At("/outcome", "level", "l'esito è di una ricevuta FILE", "the outcome is that of a FILE receipt")
	}
	if file == (len(r.Records) > 0) {
		f.At("/records", "level", "i record sono di una ricevuta RECORD", "the records are those of a RECORD receipt")
	}
	if r.Outcome == discarded && r.Code == "" {
		f.At("/code", "required", "manca il motivo dello scarto", "why it was discarded is missing")
	}
	for i, x := range r.Records {
		if x.Outcome == discarded && x.Code == "" {
			f.At(fmt.Sprintf("/records/%d/code", i), "required", "manca il motivo dello scarto", "why it was discarded is missing")
		}
	}
	if len(f.Fields) == 0 {
		return nil
	}
	return f
}

// transmission is what was handed over: the applications that it carried, and those still without an answer.
type transmission struct {
	id             uuid.UUID
	administration string
	carried        []uuid.UUID
	waiting        []uuid.UUID
}

const selectTransmission = `select t.id, coalesce(array_agg(r.application_id order by r.application_id) filter (where r.application_id is not null), '{}'),
	coalesce(array_agg(r.application_id order by r.application_id) filter (where r.application_id is not null and r.settled_at is null), '{}')
from inps_transmissions t left join inps_records r on r.transmission_id = t.id
where t.decree_id = $1 and ($2::uuid is null or t.id = $2) group by t.id order by t.sent_at desc, t.id desc limit 1`

func (r Receipt) transmission(tx *database.Tx) (t transmission, err error) {
	if t.administration, _, err = decreed(tx, r.DecreeID); err != nil {
		return t, err
	}
	err = tx.QueryRow(selectTransmission, []any{r.DecreeID, r.Correlation}, &t.id, &t.carried, &t.waiting)
	switch {
	case !noRows(err):
		return t, err
	case r.Correlation != nil:
		return t, fault.New(fault.RuleViolated, "Il decreto non ha questa trasmissione.", "The decree has no such transmission.").
			At("/correlation_id", "transmission", "trasmissione sconosciuta", "unknown transmission")
	default:
		return t, fault.New(fault.StateConflict, "Il decreto non è stato trasmesso.", "The decree has not been transmitted.").
			With("allowed", []domain.State{domain.SentToINPS})
	}
}

// answers tells for each application that a receipt concerns whether it is discarded: with its file, or
// because one of its records is.
func (r Receipt) answers(t transmission) (ids []uuid.UUID, isDiscarded map[uuid.UUID]bool, err error) {
	ids, isDiscarded = []uuid.UUID{}, map[uuid.UUID]bool{}
	if r.Outcome == discarded {
		if len(t.waiting) < len(t.carried) || len(t.waiting) == 0 {
			return nil, nil, answered()
		}
		for _, id := range t.waiting {
			isDiscarded[id] = true
		}
		return t.waiting, isDiscarded, nil
	}
	for i, x := range r.Records {
		if !slices.Contains(t.carried, x.ApplicationID) {
			return nil, nil, fault.New(fault.RuleViolated, "L'istanza non è della trasmissione.", "The application is not of this transmission.").
				At(fmt.Sprintf("/records/%d/application_id", i), "transmission", "non trasmessa", "not transmitted")
		}
		if !slices.Contains(t.waiting, x.ApplicationID) {
			return nil, nil, answered().With("application_id", x.ApplicationID)
		}
		if _, known := isDiscarded[x.ApplicationID]; !known {
			ids = append(ids, x.ApplicationID)
		}
		isDiscarded[x.ApplicationID] = isDiscarded[x.ApplicationID] || x.Outcome == discarded
	}
	return ids, isDiscarded, nil
}

func answered() *fault.Error {
	return fault.New(fault.StateConflict, "La trasmissione ha già avuto risposta.", "The transmission has been answered already.").
		With("allowed", []domain.State{domain.SentToINPS})
}

// overall is what a receipt says as a whole.
func (r Receipt) overall() string {
	switch {
	case r.Level == levelFile:
		return r.Outcome
	case slices.ContainsFunc(r.Records, func(x ReceiptRecord) bool { return x.Outcome == discarded }):
		return discarded
	default:
		return accepted
	}
}

const insertReceipt = `insert into inps_receipts (id, decree_id, administration, transmission_id, sender, file_id, level, outcome, code, field, records)
values ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9, ''), nullif($10, ''), $11)`

// Receive records a receipt, once for its sender and file, and moves the applications that it answers; one
// that is not of the transmission refuses all. A file that was only received moves nothing yet.
func (d *Desk) Receive(tx *database.Tx, by auth.Identity, r Receipt) ([]uuid.UUID, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	t, err := r.transmission(tx)
	if err != nil {
		return nil, err
	}
	tx.Queue(insertReceipt, uuid.Must(uuid.NewV7()), r.DecreeID, t.administration, t.id, by.Client, r.FileID, r.Level, r.overall(), r.Code, r.Field, r.Records)
	tx.Queue("update inps_transmissions set answered_at = now() where id = $1 and answered_at is null", t.id)
	if err := tx.Flush(); err != nil { // a second receipt is told as such before anything else is wrong with it
		return nil, err
	}
	ids, isDiscarded, err := r.answers(t)
	if err != nil {
		return nil, err
	}
	if err := acceptedRows(tx, r.Records); err != nil {
		return nil, err
	}
	files, err := lockAll(tx, ids)
	if err != nil {
		return nil, err
	}
	for _, a := range files {
		event := domain.Accept
		if isDiscarded[a.ID] {
			event = domain.Discard
		}
		if err := d.step(tx, a, domain.Act{Event: event, By: by, On: period.FromTime(d.clock.Today()), Detail: map[string]any{"file_id": r.FileID}}); err != nil {
			return nil, err
		}
	}
	return ids, audit.Append(tx, audit.Record{Action: "receipt.receive", Subject: "decree/" + r.DecreeID.String(), Administration: t.administration, By: by,
		Detail: map[string]any{"file_id": r.FileID, "level": r.Level, "outcome": r.overall()}})
}

const foreignRow = `select u.n - 1 from unnest($1::uuid[], $2::int[]) with ordinality u(id, row, n)
where u.row > 0 and not exists (select 1 from application_workers w where w.application_id = u.id and w.row = u.row and w.codes = '{}')
order by u.n limit 1`

// acceptedRows refuses a record about a row that is not an accepted one of its application.
func acceptedRows(tx *database.Tx, records []ReceiptRecord) error {
	ids, rows := make([]uuid.UUID, len(records)), make([]int, len(records))
	for i, x := range records {
		ids[i], rows[i] = x.ApplicationID, x.Row
	}
	var at int
	err := tx.QueryRow(foreignRow, []any{ids, rows}, &at)
	if noRows(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return fault.New(fault.RuleViolated, "La riga non è ammessa nell'istanza.", "The row is not an accepted one of the application.").
		At(fmt.Sprintf("/records/%d/row", at), "row", "riga sconosciuta", "unknown row")
}

// ReceiptTaken tells a second receipt for the same file from other failures.
func ReceiptTaken(err error) error {
	switch database.Constraint(err) {
	case "receipt_of_a_sender_once", "receipt_once":
		return fault.New(fault.AlreadyExists, "La ricevuta di questo file c'è già.", "The receipt of this file is here already.").
			At("/file_id", "taken", "ricevuta già registrata", "recorded already")
	default:
		return err
	}
}
