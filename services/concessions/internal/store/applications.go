package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"w2w/pkg/audit"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/feed"
	"w2w/services/concessions/internal/domain"
)

const columns = `id, administration, ref, employer, instrument, concession_type, period_from, period_to, agreement_date, filed_on,
	insolvency, state, version, coalesce(verdict, ''), codes, accepted, rejected, unread_rows, estimate_cents, coalesce(examiner, ''),
	suspended_on, suspended_days, notified_on, rules_version, linked_id, coalesce(transferred_to, ''), created_at, updated_at`

func scanApplication(r pgx.Row) (a domain.Application, err error) {
	err = r.Scan(&a.ID, &a.Administration, &a.Ref, &a.Employer, &a.Instrument, &a.ConcessionType, &a.Period.From, &a.Period.To,
		&a.AgreementDate, &a.FiledOn, &a.Insolvency, &a.State, &a.Version, &a.Verdict, &a.Codes, &a.Accepted, &a.Rejected, &a.Unread,
		&a.EstimateCents, &a.Examiner, &a.SuspendedOn, &a.SuspendedDays, &a.NotifiedOn, &a.RulesVersion, &a.LinkedID, &a.TransferredTo, &a.CreatedAt, &a.UpdatedAt)
	return a, err
}

// Application returns one application that the administration may see, in one round trip.
func (d *Desk) Application(ctx context.Context, administration string, id uuid.UUID) (a domain.Application, err error) {
	err = d.db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue("select "+columns+" from applications where id = $1", id).QueryRow(func(r pgx.Row) (err error) {
			a, err = scanApplication(r)
			return err
		})
	})
	return a, err
}

// applicationIn reads an application inside a transaction, without holding up who changes it.
func applicationIn(tx *database.Tx, id uuid.UUID) (a domain.Application, err error) {
	tx.Queue("select "+columns+" from applications where id = $1", id).QueryRow(func(r pgx.Row) (err error) {
		a, err = scanApplication(r)
		return err
	})
	return a, tx.Flush()
}

// lock loads an application for change.
func lock(tx *database.Tx, id uuid.UUID) (domain.Application, error) {
	found, err := lockAll(tx, []uuid.UUID{id})
	if err != nil {
		return domain.Application{}, err
	}
	return *found[0], nil
}

// lockAll loads applications for change in the order of their ids, so that two such calls never wait for
// each other in a circle; the answer has the order of the call. One that is missing or foreign is a 404.
func lockAll(tx *database.Tx, ids []uuid.UUID) ([]*domain.Application, error) {
	byID := make(map[uuid.UUID]*domain.Application, len(ids))
	err := tx.Query(func(rows pgx.Rows) error {
		a, err := scanApplication(rows)
		byID[a.ID] = &a
		return err
	}, "select "+columns+" from applications where id = any($1) order by id for update", ids)
	if err != nil {
		return nil, err
	}
	out := make([]*domain.Application, len(ids))
	for i, id := range ids {
		a, ok := byID[id]
		if !ok {
			return nil, notFound()
		}
		delete(byID, id) // a second mention of the same file finds nothing
		out[i] = a
	}
	return out, nil
}

func notFound() error {
	return fault.New(fault.NotFound, "La risorsa non esiste.", "There is no such resource.")
}

const insertApplication = `insert into applications (id, administration, ref, employer_tax_code, employer, instrument, concession_type,
	period_from, period_to, agreement_date, filed_on, insolvency, state, version, verdict, codes, accepted, rejected, estimate_cents, linked_id, rules_version, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, nullif($15, ''), $16, $17, $18, $19, $20, $21, $22, $22)`

// insert queues a new application and, when the registry does not have it yet, its employer.
func (d *Desk) insert(tx *database.Tx, a *domain.Application) {
	d.registerFiled(tx, a.Employer)
	tx.Queue(insertApplication, a.ID, a.Administration, a.Ref, a.Employer.TaxCode, a.Employer, a.Instrument, a.ConcessionType, a.Period.From, a.Period.To,
		a.AgreementDate, a.FiledOn, a.Insolvency, a.State, a.Version, a.Verdict, text(a.Codes), a.Accepted, a.Rejected, a.EstimateCents, a.LinkedID, a.RulesVersion, a.CreatedAt)
}

const updateApplication = `update applications set state = $3, version = $4, verdict = nullif($5, ''), codes = $6, accepted = $7, rejected = $8,
	estimate_cents = $9, examiner = nullif($10, ''), suspended_on = $11, suspended_days = $12, transferred_to = nullif($13, ''), notified_on = $14, rules_version = $15, updated_at = $16
where id = $1 and version = $2`

// save queues the change of a locked application; was is the version that was loaded.
func (d *Desk) save(tx *database.Tx, a *domain.Application, was int) {
	a.UpdatedAt = d.clock()
	tx.Queue(updateApplication, a.ID, was, a.State, a.Version, a.Verdict, text(a.Codes), a.Accepted, a.Rejected, a.EstimateCents,
		a.Examiner, a.SuspendedOn, a.SuspendedDays, a.TransferredTo, a.NotifiedOn, a.RulesVersion, a.UpdatedAt).Exec(func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() != 1 {
			return fmt.Errorf("application %s was not at version %d", a.ID, was)
		}
		return nil
	})
}

// The instant is taken under the lock of the application, so that the history keeps the order of the steps.
const insertTransition = `insert into transitions (id, application_id, administration, from_state, event, to_state, client, actor, acted_on, reason, document_sha256, detail,
	recorded_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, nullif($10, ''), nullif($11, ''), $12, clock_timestamp())`

// record queues a step with its event for the others and its audit record.
func record(tx *database.Tx, a *domain.Application, s domain.Step) error {
	tx.Queue(insertTransition, s.ID, a.ID, a.Administration, s.From, s.Event, s.To, s.Act.By.Client, s.Act.By.Actor, s.Act.On, s.Act.Reason, s.Act.DocumentSHA256, s.Act.Detail)
	subject := "application/" + a.ID.String()
	err := feed.Append(tx, feed.Event{Type: "it.w2w.concessions.application.moved.v1", Subject: subject, Administration: a.Administration,
		Data: map[string]any{"from": s.From, "event": s.Event, "to": s.To, "acted_on": s.Act.On, "version": a.Version}})
	if err != nil {
		return err
	}
	if s.From == domain.SentToINPS { // answered, or taken back before the answer
		tx.Queue("update inps_records set settled_at = now() where application_id = $1 and settled_at is null", a.ID)
	}
	if s.To.FreesPeriods() {
		tx.Queue("select free_periods($1)", a.ID)
	}
	return audit.Append(tx, audit.Record{Action: "application." + string(s.Event), Subject: subject, Administration: a.Administration, By: s.Act.By})
}

// text makes a list of codes that PostgreSQL takes as text[], never null.
func text[T ~string](codes []T) []string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = string(c)
	}
	return out
}
