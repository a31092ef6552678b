package store

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/page"
	"w2w/pkg/period"
	"w2w/pkg/person"
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
where w.tax_key = $1 and (a.period_from, a.id, w.row) < ($2, $3, $4) order by a.period_from desc, a.id desc, w.row desc limit $5`

const employerPast = "select " + pastColumns + `, 0, '{}'::text[], a.accepted, 0, a.estimate_cents, p.hours, p.cents
from applications a` + pastDecree + `
cross join lateral (select coalesce(sum(hours), 0)::bigint hours, coalesce(sum(cents), 0)::bigint cents from inps_payments where application_id = a.id) p
where a.employer_tax_code = $1 and (a.period_from, a.id, 0) < ($2, $3, $4) order by a.period_from desc, a.id desc limit $5`

func scanPast(r pgx.Row) (x Past, err error) {
	err = r.Scan(&x.ApplicationID, &x.Administration, &x.Ref, &x.EmployerTaxCode, &x.EmployerName, &x.Instrument, &x.ConcessionType, &x.Period.From, &x.Period.To,
		&x.State, &x.DecreeNumber, &x.DecreeDate, &x.Row, &x.Codes, &x.Accepted, &x.HoursRequested, &x.EstimateCents, &x.PaidHours, &x.PaidCents)
	return x, err
}

// Search asks for a stretch of a history.
type Search struct {
	TaxCode string
	Purpose string // why; it may also come with the call
	Page    page.Page
}

// maxHistory is how many items a page of a history has unless fewer are asked for.
const maxHistory = 1000

// WorkerHistory returns the rows that concern a worker, newest period first, and records the search: under
// the key of the tax code, which names nobody.
func (d *Desk) WorkerHistory(ctx context.Context, by auth.Identity, s Search) ([]Past, string, error) {
	key, err := d.people.Key(s.TaxCode)
	if err != nil {
		return nil, "", err
	}
	return d.history(ctx, by, s, look{"worker/" + person.Pseudonym(key), workerPast, key})
}

// EmployerHistory returns the applications of an employer, newest period first, and records the search.
func (d *Desk) EmployerHistory(ctx context.Context, by auth.Identity, s Search) ([]Past, string, error) {
	key, err := d.people.Key(s.TaxCode)
	if err != nil {
		return nil, "", err
	}
	return d.history(ctx, by, s, look{"employer/" + person.Pseudonym(key), employerPast, s.TaxCode})
}

// look is what is searched: its name in the audit record, the query and its argument.
type look struct {
	subject, query string
	arg            any
}

func (d *Desk) history(ctx context.Context, by auth.Identity, s Search, l look) (out []Past, next string, err error) {
	if s.Purpose != "" {
		by.Purpose = s.Purpose
	}
	after, err := parsePast(s.Page.Cursor)
	if err != nil {
		return nil, "", err
	}
	limit := cmp.Or(s.Page.Limit, maxHistory)
	refused := by.Administration == auth.AllAdministrations && by.Purpose == ""
	err = d.db.Update(ctx, by.Administration, func(tx *database.Tx) error {
		action := "history.refused"
		if out = nil; !refused {
			action = "history.search"
			err := tx.Query(func(r pgx.Rows) error {
				x, err := scanPast(r)
				out = append(out, x)
				return err
			}, l.query, l.arg, after.Period.From, after.ApplicationID, after.Row, limit)
			if err != nil {
				return err
			}
		}
		return audit.Append(tx, audit.Record{Action: action, Subject: l.subject, Administration: by.OwnAdministration(), By: by, Detail: map[string]any{"found": len(out)}})
	})
	switch {
	case err != nil:
		return nil, "", err
	case refused:
		return nil, "", fault.New(fault.PurposeRequired, "Chi guarda oltre la propria amministrazione dichiara la finalità.", "Who looks beyond one administration states the purpose.").
			At("/purpose", "required", "manca", "missing")
	case len(out) == limit:
		next = out[limit-1].place()
	}
	return out, next, nil
}

// place is the cursor after an item.
func (x Past) place() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s %s %d", x.Period.From, x.ApplicationID, x.Row))
}

// parsePast reads a cursor into the item that it stands behind; the empty one is before the first item.
func parsePast(cursor string) (x Past, err error) {
	if cursor == "" {
		return Past{ApplicationID: uuid.Max, Row: math.MaxInt32, Period: period.Period{From: period.Of(9999, time.December, 31)}}, nil
	}
	var from, id string
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		_, err = fmt.Sscanf(string(raw), "%s %s %d", &from, &id, &x.Row)
	}
	if err == nil {
		x.Period.From, err = period.Parse(from)
	}
	if err == nil {
		x.ApplicationID, err = uuid.Parse(id)
	}
	if err != nil || x.place() != cursor || x.Row > domain.MaxRows {
		return x, fault.New(fault.RequestInvalid, "Il cursore non è valido.", "The cursor is not valid.").At("/cursor", "cursor", "cursore non valido", "not a cursor of this list")
	}
	return x, nil
}
