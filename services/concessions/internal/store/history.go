package store

import (
	"context"
	"encoding/hex"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/period"
	"w2w/services/concessions/internal/domain"
)

// Past is one application in the history of a worker or of an employer.
type Past struct {
	ApplicationID   uuid.UUID
	Administration  string
	Ref             string
	EmployerTaxCode string
	EmployerName    string
	Instrument      domain.Instrument
	ConcessionType  domain.ConcessionType
	Period          period.Period
	State           domain.State
	DecreeNumber    string
	DecreeDate      *period.Date
	Row             int // of the worker; 0 for an employer
	Codes           []domain.RowCode
	Accepted        int // rows of an employer's application
	HoursRequested  int64
	EstimateCents   int64
	PaidHours       int64
	PaidCents       int64
}

const pastColumns = `a.id, a.administration, a.ref, a.employer_tax_code, a.employer->>'name', a.instrument, a.concession_type, a.period_from, a.period_to, a.state,
	coalesce(d.number, ''), d.decree_date`

const pastDecree = ` left join lateral (select d.number, d.decree_date from decree_applications g join decrees d on d.id = g.decree_id
	where g.application_id = a.id order by g.ended nulls first limit 1) d on true`

const workerPast = "select " + pastColumns + `, w.row, w.codes, 0, w.hours_requested, w.estimate_cents, p.hours, p.cents
from application_workers w join applications a on a.id = w.application_id` + pastDecree + `
cross join lateral (select coalesce(sum(hours), 0)::bigint hours, coalesce(sum(cents), 0)::bigint cents from inps_payments
	where application_id = w.application_id and row = w.row) p
where w.tax_key = $1 order by a.period_from desc, a.id desc limit 1000`

const employerPast = "select " + pastColumns + `, 0, '{}'::text[], a.accepted, 0, a.estimate_cents, p.hours, p.cents
from applications a` + pastDecree + `
cross join lateral (select coalesce(sum(hours), 0)::bigint hours, coalesce(sum(cents), 0)::bigint cents from inps_payments where application_id = a.id) p
where a.employer_tax_code = $1 order by a.period_from desc, a.id desc limit 1000`

func scanPast(r pgx.Row) (x Past, err error) {
	err = r.Scan(&x.ApplicationID, &x.Administration, &x.Ref, &x.EmployerTaxCode, &x.EmployerName, &x.Instrument, &x.ConcessionType, &x.Period.From, &x.Period.To,
		&x.State, &x.DecreeNumber, &x.DecreeDate, &x.Row, &x.Codes, &x.Accepted, &x.HoursRequested, &x.EstimateCents, &x.PaidHours, &x.PaidCents)
	return x, err
}

// WorkerHistory returns the rows that concern a worker and records the search: under the key of the tax
// code, which names nobody.
func (d *Desk) WorkerHistory(ctx context.Context, by auth.Identity, taxCode, purpose string) ([]Past, error) {
	key, err := d.people.Key(taxCode)
	if err != nil {
		return nil, err
	}
	return d.history(ctx, by, purpose, "worker/"+hex.EncodeToString(key), workerPast, key)
}

// EmployerHistory returns the applications of an employer and records the search.
func (d *Desk) EmployerHistory(ctx context.Context, by auth.Identity, taxCode, purpose string) ([]Past, error) {
	key, err := d.people.Key(taxCode)
	if err != nil {
		return nil, err
	}
	return d.history(ctx, by, purpose, "employer/"+hex.EncodeToString(key), employerPast, taxCode)
}

func (d *Desk) history(ctx context.Context, by auth.Identity, purpose, subject, query string, arg any) (out []Past, err error) {
	if purpose != "" {
		by.Purpose = purpose
	}
	if by.Administration == auth.AllAdministrations && by.Purpose == "" {
		return nil, fault.New(fault.PurposeRequired, "Chi guarda oltre la propria amministrazione dichiara la finalità.", "Who looks beyond one administration states the purpose.").
			At("/purpose", "required", "manca", "missing")
	}
	err = d.db.Update(ctx, by.Administration, func(tx *database.Tx) error {
		out = nil
		err := tx.Query(func(r pgx.Rows) error {
			x, err := scanPast(r)
			out = append(out, x)
			return err
		}, query, arg)
		if err != nil {
			return err
		}
		return audit.Append(tx, audit.Record{Action: "history.search", Subject: subject, Administration: ownAdministration(by), By: by, Detail: map[string]any{"found": len(out)}})
	})
	return out, err
}
