package store

import (
	"github.com/google/uuid"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/feed"
	"w2w/pkg/httpx"
	"w2w/pkg/period"
	"w2w/services/concessions/internal/domain"
)

// lockDraft loads a draft for correction, at the version that the caller read.
func lockDraft(tx *database.Tx, id uuid.UUID, ifMatch string) (domain.Application, error) {
	a, err := lock(tx, id)
	if err != nil {
		return a, err
	}
	if a.State != domain.Draft {
		return a, fault.New(fault.StateConflict, "Solo una bozza si corregge.", "Only a draft can be corrected.").
			With("state", string(a.State)).With("allowed", []domain.State{domain.Draft})
	}
	return a, httpx.MatchVersion(ifMatch, a.Version)
}

// Correct replaces the data of a draft and judges its rows again.
func (d *Desk) Correct(tx *database.Tx, by auth.Identity, id uuid.UUID, ifMatch string, f Filing) (Judged, error) {
	a, err := lockDraft(tx, id, ifMatch)
	if err != nil {
		return Judged{}, err
	}
	data := f.Application
	a.Ref, a.Employer, a.Instrument, a.ConcessionType, a.Period = data.Ref, data.Employer, data.Instrument, data.ConcessionType, data.Period
	a.AgreementDate, a.Insolvency, a.LinkedID = data.AgreementDate, data.Insolvency, data.LinkedID
	if err := checkPeriod(a); err != nil {
		return Judged{}, err
	}
	if err := fillEmployer(tx, &a, f.EmployerID); err != nil {
		return Judged{}, err
	}
	rows, _, err := d.loadRows(tx, &a)
	if err != nil {
		return Judged{}, err
	}
	return Judged{a, rows}, d.saveDraft(tx, by, &a, rows)
}

// Enter puts lines into the list of a draft, in place of the whole list or beside what is there.
func (d *Desk) Enter(tx *database.Tx, by auth.Identity, id uuid.UUID, ifMatch string, entries []domain.Entry, replace bool) (domain.Application, domain.List, error) {
	a, err := lockDraft(tx, id, ifMatch)
	if err != nil {
		return a, domain.List{}, err
	}
	var list domain.List
	if !replace {
		if list, err = d.loadList(tx, &a); err != nil {
			return a, list, err
		}
	}
	if list, err = list.Merge(list.Number(entries)); err != nil {
		return a, list, err
	}
	return a, list, d.replaceList(tx, by, &a, list)
}

// Remove takes one row out of the list of a draft.
func (d *Desk) Remove(tx *database.Tx, by auth.Identity, id uuid.UUID, ifMatch string, row int) (domain.Application, error) {
	a, err := lockDraft(tx, id, ifMatch)
	if err != nil {
		return a, err
	}
	list, err := d.loadList(tx, &a)
	if err != nil {
		return a, err
	}
	list, found := list.Without(row)
	if !found {
		return a, notFound()
	}
	return a, d.replaceList(tx, by, &a, list)
}

func (d *Desk) replaceList(tx *database.Tx, by auth.Identity, a *domain.Application, list domain.List) error {
	a.Unread = len(list.Unread)
	tx.Queue("delete from unread_rows where application_id = $1", a.ID)
	if err := d.insertUnread(tx, a, list.Unread); err != nil {
		return err
	}
	return d.saveDraft(tx, by, a, list.Workers)
}

// saveDraft judges the rows, writes draft and rows anew and tells the others.
func (d *Desk) saveDraft(tx *database.Tx, by auth.Identity, a *domain.Application, rows []domain.Worker) error {
	if err := a.Judge(rows, d.rules()); err != nil {
		return err
	}
	was := a.Version
	a.Version++
	tx.Queue("delete from application_workers where application_id = $1", a.ID)
	if err := d.insertRows(tx, a, rows); err != nil {
		return err
	}
	d.updateFiled(tx, a)
	d.save(tx, a, was)
	subject := "application/" + a.ID.String()
	err := feed.Append(tx, feed.Event{Type: "it.w2w.concessions.application.corrected.v1", Subject: subject, Administration: a.Administration,
		Data: map[string]any{"accepted": a.Accepted, "rejected": a.Rejected, "unread": a.Unread, "estimate_cents": a.EstimateCents, "version": a.Version}})
	if err != nil {
		return err
	}
	return audit.Append(tx, audit.Record{Action: "application.correct", Subject: subject, Administration: a.Administration, By: by})
}

const updateDraft = `update applications set ref = $2, employer_tax_code = $3, employer = $4, instrument = $5, concession_type = $6, period_from = $7,
	period_to = $8, agreement_date = $9, filed_on = $10, insolvency = $11, linked_id = $12, unread_rows = $13 where id = $1`

// updateFiled queues what only a draft may change: what was filed.
func (d *Desk) updateFiled(tx *database.Tx, a *domain.Application) {
	d.registerFiled(tx, a.Employer)
	tx.Queue(updateDraft, a.ID, a.Ref, a.Employer.TaxCode, a.Employer, a.Instrument, a.ConcessionType, a.Period.From,
		a.Period.To, a.AgreementDate, a.FiledOn, a.Insolvency, a.LinkedID, a.Unread)
}

// announcedFiling is the filing date that a draft was created with, for who may load the past; nil when it is
// no more than the day of its creation.
func announcedFiling(a *domain.Application, by auth.Identity) *period.Date {
	if created := period.FromTime(clock.Fixed(a.CreatedAt).Today()); a.FiledOn == created || !by.Has(auth.ScopeBackdate) {
		return nil
	}
	return &a.FiledOn
}

// refile dates a draft on the day on which it is filed and judges its rows by the rules of that day.
func (d *Desk) refile(tx *database.Tx, a *domain.Application, on period.Date) error {
	if a.State != domain.Draft {
		return nil // the table of transitions will refuse
	}
	rows, _, err := d.loadRows(tx, a)
	if err != nil {
		return err
	}
	a.FiledOn = on
	if err := a.Judge(rows, d.rules()); err != nil {
		return err
	}
	saveVerdicts(tx, a, rows)
	d.updateFiled(tx, a)
	return nil
}
