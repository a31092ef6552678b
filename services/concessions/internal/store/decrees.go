package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/feed"
	"w2w/pkg/period"
	"w2w/services/concessions/internal/domain"
)

// DecreedApplication is what a decree grants to one application.
type DecreedApplication struct {
	ApplicationID  uuid.UUID
	Workers        int
	Hours          int64
	CommittedCents int64
	StateCents     int64
	RegionalCents  int64
}

// Decree is a granting act over many applications.
type Decree struct {
	ID               uuid.UUID
	Administration   string
	Number           string
	Date             period.Date
	FinancingDecree  string
	InterventionCode string
	Annex            string
	Signatory        string
	CreatedAt        time.Time
	Applications     []DecreedApplication
}

// CommittedCents is the sum over the decree's applications.
func (d Decree) CommittedCents() (sum int64) {
	for _, a := range d.Applications {
		sum += a.CommittedCents
	}
	return sum
}

const insertDecree = `insert into decrees (id, administration, number, decree_date, financing_decree, intervention_code, annex, signatory, client, actor, created_at)
values ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''), nullif($7, ''), $8, $9, $10, $11)`

// insertGrants takes the amounts from the commitments and counts the accepted rows.
const insertGrants = `insert into decree_applications (decree_id, application_id, administration, position, committed_cents, state_cents, regional_cents, workers, hours)
select $1, u.id, $2, u.n, c.committed_cents, c.state_cents, c.regional_cents, w.workers, w.hours
from unnest($3::uuid[]) with ordinality u(id, n)
join plafond_commitments c on c.reference = 'application/' || u.id
cross join lateral (select count(*)::int workers, coalesce(sum(hours_requested), 0) hours from application_workers
	where application_id = u.id and codes = '{}') w`

// Issue decrees committed applications in one act; one that the state or the person forbids refuses all.
func (d *Desk) Issue(tx *database.Tx, by auth.Identity, x Decree, applications []uuid.UUID) (Decree, error) {
	on, err := d.actDate(by, &x.Date, "/decree_date")
	if err != nil {
		return x, err
	}
	x.ID, x.Administration, x.CreatedAt = uuid.Must(uuid.NewV7()), ownAdministration(by), d.clock()
	tx.Queue(insertDecree, x.ID, x.Administration, x.Number, x.Date, x.FinancingDecree, x.InterventionCode, x.Annex, x.Signatory, by.Client, by.Actor, x.CreatedAt)
	files, err := lockAll(tx, applications)
	if err != nil {
		return x, err
	}
	for _, a := range files {
		if err := d.step(tx, a, domain.Act{Event: domain.Decree, By: by, On: on, Detail: map[string]any{"decree_id": x.ID}}); err != nil {
			return x, err
		}
	}
	tx.Queue(insertGrants, x.ID, x.Administration, applications)
	if x.Applications, err = grants(tx, x.ID); err != nil {
		return x, err
	}
	err = feed.Append(tx, feed.Event{Type: "it.w2w.concessions.decree.issued.v1", Subject: "decree/" + x.ID.String(), Administration: x.Administration,
		Data: map[string]any{"number": x.Number, "decree_date": x.Date, "applications": len(x.Applications), "committed_cents": x.CommittedCents()}})
	if err != nil {
		return x, err
	}
	return x, audit.Append(tx, audit.Record{Action: "decree.issue", Subject: "decree/" + x.ID.String(), Administration: x.Administration, By: by})
}

// NumberTaken tells a duplicate decree number from other failures.
func NumberTaken(err error) error {
	if database.Constraint(err) != "decree_number_once" {
		return err
	}
	return fault.New(fault.AlreadyExists, "Il numero di decreto esiste già.", "The decree number exists already.").
		At("/number", "taken", "numero già usato", "taken by another decree")
}

func grants(tx *database.Tx, decree uuid.UUID) (out []DecreedApplication, err error) {
	err = tx.Query(func(r pgx.Rows) error {
		var a DecreedApplication
		if err := r.Scan(&a.ApplicationID, &a.Workers, &a.Hours, &a.CommittedCents, &a.StateCents, &a.RegionalCents); err != nil {
			return err
		}
		out = append(out, a)
		return nil
	}, `select application_id, workers, hours, committed_cents, state_cents, regional_cents from decree_applications where decree_id = $1 order by position`, decree)
	return out, err
}

const decreeColumns = `id, administration, number, decree_date, coalesce(financing_decree, ''), coalesce(intervention_code, ''),
	coalesce(annex, ''), signatory, created_at`

func scanDecree(r pgx.Row) (x Decree, err error) {
	err = r.Scan(&x.ID, &x.Administration, &x.Number, &x.Date, &x.FinancingDecree, &x.InterventionCode, &x.Annex, &x.Signatory, &x.CreatedAt)
	return x, err
}

// Decree returns one decree with its applications.
func (d *Desk) Decree(ctx context.Context, administration string, id uuid.UUID) (x Decree, err error) {
	err = d.db.Update(ctx, administration, func(tx *database.Tx) (err error) {
		tx.Queue("select "+decreeColumns+" from decrees where id = $1", id).QueryRow(func(r pgx.Row) (err error) {
			x, err = scanDecree(r)
			return err
		})
		found, err := grants(tx, id)
		x.Applications = found
		return err
	})
	return x, err
}
