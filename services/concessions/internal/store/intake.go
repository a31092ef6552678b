package store

import (
	"github.com/google/uuid"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/period"
	"w2w/services/concessions/internal/domain"
)

// Judged is an application with its rows as they were judged.
type Judged struct {
	Application domain.Application
	Rows        []domain.Worker
}

// Filing is an application as it is sent.
type Filing struct {
	Application domain.Application
	EmployerID  *uuid.UUID     // the employer is copied from the registry
	FiledOn     *period.Date   // today when nil
	Rows        []domain.Entry // each read, no number twice
	Submit      bool           // file it; otherwise it stays a draft
}

// Create stores an application with its list and judges each row; submit files it at once. Everything
// travels in one round trip, or two when the employer is looked up.
func (d *Desk) Create(tx *database.Tx, by auth.Identity, f Filing) (Judged, error) {
	a := f.Application
	on, err := by.ActDate(d.clock, f.FiledOn, "/filed_on")
	if err != nil {
		return Judged{}, err
	}
	a.FiledOn = on
	if err := checkPeriod(a); err != nil {
		return Judged{}, err
	}
	if err := fillEmployer(tx, &a, f.EmployerID); err != nil {
		return Judged{}, err
	}
	list, err := domain.List{}.Merge(domain.List{}.Number(f.Rows))
	if err != nil {
		return Judged{}, err
	}
	rows := list.Workers
	a.ID, a.Administration, a.State, a.Version = uuid.Must(uuid.NewV7()), by.OwnAdministration(), domain.Draft, 1
	a.CreatedAt = d.clock()
	a.UpdatedAt = a.CreatedAt
	if err := a.Judge(rows, d.rules()); err != nil {
		return Judged{}, err
	}
	act := domain.Act{Event: domain.File, By: by, On: on}
	step := domain.Step{ID: uuid.Must(uuid.NewV7()), Event: "CREA", To: domain.Draft, Act: act}
	if f.Submit {
		if step, err = a.Apply(act); err != nil {
			return Judged{}, err
		}
	}
	d.insert(tx, &a)
	if err := d.insertRows(tx, &a, rows); err != nil {
		return Judged{}, err
	}
	return Judged{a, rows}, record(tx, &a, step)
}

const maxPeriodDays = 731

func checkPeriod(a domain.Application) error {
	if a.Period.IsOrdered() && a.Period.To.DaysSince(a.Period.From) <= maxPeriodDays {
		return nil
	}
	return fault.New(fault.RuleViolated, "Il periodo non è ordinato o supera due anni.", "The period is not in order or longer than two years.").
		At("/period_to", "period", "periodo non valido", "not a valid period")
}

// RefTaken tells a duplicate application_ref from other failures.
func RefTaken(err error) error {
	if database.Constraint(err) != "applications_administration_ref_key" {
		return err
	}
	return fault.New(fault.AlreadyExists, "Il riferimento dell'istanza esiste già.", "The application_ref exists already.").
		At("/application_ref", "taken", "riferimento già usato", "taken by another application")
}
