package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/feed"
	"w2w/pkg/httpx"
	"w2w/pkg/page"
	"w2w/services/concessions/internal/domain"
)

// Employer is an employer of the national registry.
type Employer struct {
	domain.Employer
	ID        uuid.UUID
	Version   int
	CreatedAt time.Time
	UpdatedAt time.Time
}

const employerColumns = `id, tax_code, name, employees, company_type, ateco_section, inps_matricola, coalesce(ccnl, ''), units, version, created_at, updated_at`

func scanEmployer(r pgx.Row) (e Employer, err error) {
	err = r.Scan(&e.ID, &e.TaxCode, &e.Name, &e.Employees, &e.CompanyType, &e.ATECOSection, &e.INPSMatricola, &e.CCNL, &e.Units, &e.Version, &e.CreatedAt, &e.UpdatedAt)
	return e, err
}

const insertEmployer = `insert into employers (id, tax_code, name, employees, company_type, ateco_section, inps_matricola, ccnl, units)
values ($1, $2, $3, $4, $5, $6, $7, nullif($8, ''), $9)`

// registerFiled queues the employer of a filing for the registry: only when the registry would take it, and
// never over what is there.
func (d *Desk) registerFiled(tx *database.Tx, e domain.Employer) {
	if d.rules().CheckEmployer(e) == nil {
		tx.Queue(insertEmployer+" on conflict (tax_code) do nothing", uuid.Must(uuid.NewV7()), e.TaxCode, e.Name, e.Employees, e.CompanyType, e.ATECOSection, e.INPSMatricola, e.CCNL, e.Units)
	}
}

// fillEmployer copies the employer from the registry into the application, when it is named by id.
func fillEmployer(tx *database.Tx, a *domain.Application, id *uuid.UUID) error {
	given := len(a.Employer.Units) > 0 // the contract wants one of an employer; its codes may be blank
	if given == (id != nil) {
		return fault.New(fault.RuleViolated, "Serve il datore di lavoro, oppure il suo id.", "The employer is needed, or its id, not both.").
			At("/employer", "one-of", "indicare employer oppure employer_id", "give either employer or employer_id")
	}
	if id == nil {
		return nil
	}
	found, err := employerFor(tx, *id, "")
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.RuleViolated, "Il datore di lavoro non è nel registro.", "The employer is not in the registry.").
			At("/employer_id", "unknown", "datore sconosciuto", "unknown employer")
	}
	a.Employer = found.Employer
	return err
}

func employerFor(tx *database.Tx, id uuid.UUID, lock string) (e Employer, err error) {
	tx.Queue("select "+employerColumns+" from employers where id = $1 "+lock, id).QueryRow(func(r pgx.Row) (err error) {
		e, err = scanEmployer(r)
		return err
	})
	return e, database.Translate(tx.Flush())
}

// Register adds an employer to the registry.
func (d *Desk) Register(tx *database.Tx, by auth.Identity, e domain.Employer) (Employer, error) {
	if err := d.rules().CheckEmployer(e); err != nil {
		return Employer{}, err
	}
	id := uuid.Must(uuid.NewV7())
	tx.Queue(insertEmployer, id, e.TaxCode, e.Name, e.Employees, e.CompanyType, e.ATECOSection, e.INPSMatricola, e.CCNL, e.Units)
	if err := announceEmployer(tx, by, id, "registered"); err != nil {
		return Employer{}, err
	}
	return employerFor(tx, id, "")
}

// UpdateEmployer changes an employer at the version that the caller read. Its tax code is what it is known
// by and stays.
func (d *Desk) UpdateEmployer(tx *database.Tx, by auth.Identity, id uuid.UUID, ifMatch string, e domain.Employer) (Employer, error) {
	if err := d.rules().CheckEmployer(e); err != nil {
		return Employer{}, err
	}
	was, err := employerFor(tx, id, "for update")
	if err != nil {
		return was, err
	}
	if !d.rules().MayChange(by.Administration, was.Employer) {
		return was, fault.New(fault.ScopeMissing, "Il datore non ha unità nel territorio di questa amministrazione.", "The employer has no unit on the ground of this administration.")
	}
	if err := httpx.MatchVersion(ifMatch, was.Version); err != nil {
		return was, err
	}
	if e.TaxCode != was.TaxCode {
		return was, fault.New(fault.RuleViolated, "Il codice fiscale di un datore non cambia.", "The tax code of an employer does not change.").
			At("/tax_code", "fixed", "non modificabile", "can't be changed")
	}
	tx.Queue(`update employers set name = $2, employees = $3, company_type = $4, ateco_section = $5, inps_matricola = $6, ccnl = nullif($7, ''), units = $8,
		version = version + 1, updated_at = $9 where id = $1`, id, e.Name, e.Employees, e.CompanyType, e.ATECOSection, e.INPSMatricola, e.CCNL, e.Units, d.clock())
	if err := announceEmployer(tx, by, id, "changed"); err != nil {
		return was, err
	}
	return employerFor(tx, id, "")
}

func announceEmployer(tx *database.Tx, by auth.Identity, id uuid.UUID, what string) error {
	subject, administration := "employer/"+id.String(), by.OwnAdministration()
	err := feed.Append(tx, feed.Event{Type: "it.w2w.concessions.employer." + what + ".v1", Subject: subject, Administration: administration, Data: map[string]any{}})
	if err != nil {
		return err
	}
	return audit.Append(tx, audit.Record{Action: "employer." + what, Subject: subject, Administration: administration, By: by})
}

// EmployerTaken tells an employer that is registered already from other failures.
func EmployerTaken(err error) error {
	if database.Constraint(err) != "employers_tax_code_key" {
		return err
	}
	return fault.New(fault.AlreadyExists, "Il datore di lavoro è già registrato.", "The employer is registered already.").
		At("/tax_code", "taken", "già registrato", "registered already")
}

// Employer returns one employer of the registry.
func (d *Desk) Employer(ctx context.Context, id uuid.UUID) (e Employer, err error) {
	err = d.db.Read(ctx, "", func(b *pgx.Batch) {
		b.Queue("select "+employerColumns+" from employers where id = $1", id).QueryRow(func(r pgx.Row) (err error) {
			e, err = scanEmployer(r)
			return err
		})
	})
	return e, err
}

// EmployerFilter narrows the registry; zero fields do not.
type EmployerFilter struct {
	CompanyType   string
	ATECOSection  string
	Province      string
	TaxCode       string
	INPSMatricola string
}

func (f EmployerFilter) apply(q *gorm.DB) *gorm.DB {
	for _, c := range [][2]string{{"company_type", f.CompanyType}, {"ateco_section", f.ATECOSection}, {"tax_code", f.TaxCode}, {"inps_matricola", f.INPSMatricola}} {
		if c[1] != "" {
			q = q.Where(c[0]+" = ?", c[1])
		}
	}
	if f.Province != "" {
		unit, _ := json.Marshal([]domain.Unit{{Province: f.Province}}) // a text can always be written
		q = q.Where("units @> ?::jsonb", string(unit))
	}
	return q
}

// Employers lists the registry, newest first.
func (d *Desk) Employers(ctx context.Context, f EmployerFilter, p page.Page) ([]Employer, string, error) {
	list := page.List[Employer]{Rows: func(q *gorm.DB) *gorm.DB { return f.apply(q.Table("employers")) }, Columns: employerColumns, Scan: scanEmployer,
		Order: page.Newest(func(e Employer) (time.Time, uuid.UUID) { return e.CreatedAt, e.ID })}
	return list.Read(ctx, d.db, "", p)
}
