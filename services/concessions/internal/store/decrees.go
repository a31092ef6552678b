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

// Grant is what a decree grants, to one application or to several.
type Grant struct {
	Workers        int64
	Hours          int64
	CommittedCents int64
	StateCents     int64
	RegionalCents  int64
}

// DecreedApplication is what a decree grants to one application, with the employer as filed.
type DecreedApplication struct {
	Grant
	ApplicationID   uuid.UUID
	Ref             string
	EmployerTaxCode string
	EmployerName    string
	Instrument      domain.Instrument
	ConcessionType  domain.ConcessionType
	Period          period.Period
	Ended           domain.Event // REVOCA or ANNULLA, once it no longer holds
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
	PublishedOn      *period.Date
	PublicationAct   string
	Total            Grant // of all applications as issued, ended ones included
	Count            int
	EndedCount       int
	EndedCents       int64
	Applications     []DecreedApplication
}

// Decrees of an administration come one after the other, so that none is stored later than one that was made after it:
// what was published of that one would change.
const lockDecrees = `select pg_advisory_xact_lock(hashtext('concessions.decrees'), hashtext($1))`

// The order of the decrees of a day is that of the database's clock: replicas may have others.
const insertDecree = `insert into decrees (id, administration, number, decree_date, financing_decree, intervention_code, annex, signatory, client, actor, created_at)
values ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''), nullif($7, ''), $8, $9, $10, clock_timestamp())`

// insertGrants takes the amounts from the commitments and counts the accepted rows.
const insertGrants = `insert into decree_applications (decree_id, application_id, administration, position, committed_cents, state_cents, regional_cents, workers, hours)
select $1, u.id, $2, u.n, c.committed_cents, c.state_cents, c.regional_cents, w.workers, w.hours
from unnest($3::uuid[]) with ordinality u(id, n)
join plafond_commitments c on c.reference = 'application/' || u.id
cross join lateral (select count(*)::int workers, coalesce(sum(hours_requested), 0) hours from application_workers
	where application_id = u.id and codes = '{}') w`

// Issue decrees committed applications in one act; one that the state, the date or the person forbids refuses all.
func (d *Desk) Issue(tx *database.Tx, by auth.Identity, x Decree, applications []uuid.UUID) (Decree, error) {
	on, err := by.ActDate(d.clock, &x.Date, "/decree_date")
	if err != nil {
		return x, err
	}
	x.ID, x.Administration = uuid.Must(uuid.NewV7()), by.OwnAdministration()
	tx.Queue(lockDecrees, x.Administration)
	tx.Queue(insertDecree, x.ID, x.Administration, x.Number, x.Date, x.FinancingDecree, x.InterventionCode, x.Annex, x.Signatory, by.Client, by.Actor)
	files, err := lockAll(tx, applications)
	if err != nil {
		return x, err
	}
	if err := ofAdministration(files, x.Administration); err != nil {
		return x, err
	}
	if err := d.committedFor(tx, on, applications); err != nil {
		return x, err
	}
	for _, a := range files {
		if err := d.step(tx, a, domain.Act{Event: domain.Decree, By: by, On: on, Detail: map[string]any{"decree_id": x.ID}}); err != nil {
			return x, err
		}
	}
	tx.Queue(insertGrants, x.ID, x.Administration, applications)
	if x, err = decreeFor(tx, x.ID, ""); err != nil {
		return x, err
	}
	return x, announceDecree(tx, by, x, "issue", "issued", map[string]any{"number": x.Number, "decree_date": x.Date, "applications": x.Count,
		"committed_cents": x.Total.CommittedCents})
}

// announceDecree queues the event and the audit record of an act on a decree.
func announceDecree(tx *database.Tx, by auth.Identity, x Decree, act, event string, data map[string]any) error {
	subject := "decree/" + x.ID.String()
	err := feed.Append(tx, feed.Event{Type: "it.w2w.concessions.decree." + event + ".v1", Subject: subject, Administration: x.Administration, Data: data})
	if err != nil {
		return err
	}
	return audit.Append(tx, audit.Record{Action: "decree." + act, Subject: subject, Administration: x.Administration, By: by})
}

// ofAdministration refuses applications of others: an administration decrees its own money.
func ofAdministration(files []*domain.Application, administration string) error {
	var foreign []uuid.UUID
	for _, a := range files {
		if a.Administration != administration {
			foreign = append(foreign, a.ID)
		}
	}
	if len(foreign) == 0 {
		return nil
	}
	return fault.New(fault.RuleViolated, "Alcune istanze sono di un'altra amministrazione.", "Some applications are another administration's.").
		At("/application_ids", "administration", "altra amministrazione", "another administration").With("application_ids", foreign)
}

// committedFor refuses applications whose money was set aside for another year, or by another State share, than
// those of the decree's date: the decree would then say something else than the ledger.
func (d *Desk) committedFor(tx *database.Tx, on period.Date, applications []uuid.UUID) error {
	share, err := d.rules().StatePercent(on)
	if err != nil {
		return err
	}
	var wrong []uuid.UUID
	err = tx.Query(func(r pgx.Rows) error {
		var id uuid.UUID
		var committed period.Date
		if err := r.Scan(&id, &committed); err != nil {
			return err
		}
		if percent, err := d.rules().StatePercent(committed); err != nil || percent != share || committed.Year() != on.Year() {
			wrong = append(wrong, id)
		}
		return nil
	}, `select u.id, c.effective_on from unnest($1::uuid[]) with ordinality u(id, n)
		join plafond_commitments c on c.reference = 'application/' || u.id order by u.n`, applications)
	if err != nil || len(wrong) == 0 {
		return err
	}
	return fault.New(fault.RuleViolated, "Alcuni impegni sono di un altro anno o di un'altra quota statale.", "Some commitments are of another year or another State share.").
		At("/decree_date", "commitment", "non è la data per cui si è impegnato", "not a date for which the money was committed").With("application_ids", wrong)
}

// NumberTaken tells a duplicate decree number from other failures.
func NumberTaken(err error) error {
	if database.Constraint(err) != "decree_number_once" {
		return err
	}
	return fault.New(fault.AlreadyExists, "Il numero di decreto esiste già.", "The decree number exists already.").
		At("/number", "taken", "numero già usato", "taken by another decree")
}

const decreeColumns = `id, administration, number, decree_date, coalesce(financing_decree, ''), coalesce(intervention_code, ''),
	coalesce(annex, ''), signatory, created_at, published_on, coalesce(publication_act, ''),
	(select array[coalesce(sum(workers), 0), coalesce(sum(hours), 0), coalesce(sum(committed_cents), 0), coalesce(sum(state_cents), 0), coalesce(sum(regional_cents), 0),
		count(*), count(ended), coalesce(sum(committed_cents) filter (where ended is not null), 0)]::bigint[]
	from decree_applications g where g.decree_id = decrees.id)`

func scanDecree(r pgx.Row) (x Decree, err error) {
	sums := make([]int64, 8)
	err = r.Scan(&x.ID, &x.Administration, &x.Number, &x.Date, &x.FinancingDecree, &x.InterventionCode, &x.Annex, &x.Signatory, &x.CreatedAt,
		&x.PublishedOn, &x.PublicationAct, &sums)
	if err != nil {
		return x, err
	}
	x.Total = Grant{Workers: sums[0], Hours: sums[1], CommittedCents: sums[2], StateCents: sums[3], RegionalCents: sums[4]}
	x.Count, x.EndedCount, x.EndedCents = int(sums[5]), int(sums[6]), sums[7]
	return x, nil
}

const selectDecreed = `select g.application_id, a.ref, a.employer->>'tax_code', a.employer->>'name', a.instrument, a.concession_type, a.period_from, a.period_to,
	g.workers, g.hours, g.committed_cents, g.state_cents, g.regional_cents, coalesce(g.ended, '')
from decree_applications g join applications a on a.id = g.application_id where g.decree_id = $1 order by g.position`

func scanDecreed(r pgx.Row) (a DecreedApplication, err error) {
	err = r.Scan(&a.ApplicationID, &a.Ref, &a.EmployerTaxCode, &a.EmployerName, &a.Instrument, &a.ConcessionType, &a.Period.From, &a.Period.To,
		&a.Workers, &a.Hours, &a.CommittedCents, &a.StateCents, &a.RegionalCents, &a.Ended)
	return a, err
}

// queueDecree queues the reading of a decree with its applications into x.
func queueDecree(q database.Queuer, id uuid.UUID, lock string, x *Decree) {
	q.Queue("select "+decreeColumns+" from decrees where id = $1 "+lock, id).QueryRow(func(r pgx.Row) (err error) {
		*x, err = scanDecree(r)
		return err
	})
	q.Queue(selectDecreed, id).Query(database.Each(func(r pgx.Rows) error {
		a, err := scanDecreed(r)
		x.Applications = append(x.Applications, a)
		return err
	}))
}

func decreeFor(tx *database.Tx, id uuid.UUID, lock string) (x Decree, err error) {
	queueDecree(tx, id, lock, &x)
	return x, tx.Flush()
}

// Decree returns one decree with its applications.
func (d *Desk) Decree(ctx context.Context, administration string, id uuid.UUID) (x Decree, err error) {
	err = d.db.Read(ctx, administration, func(b *pgx.Batch) { queueDecree(b, id, "", &x) })
	return x, err
}
