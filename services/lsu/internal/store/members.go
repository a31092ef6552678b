package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/page"
	"w2w/pkg/period"
	"w2w/pkg/person"
	"w2w/services/lsu/internal/domain"
)

// Member is a worker of the pool with where he stands now.
type Member struct {
	domain.Worker

	Now domain.Standing
}

const memberColumns = `id, administration, worker_ref, person, gender, birth_date, pool_entity, pool_hours, in_pool_since, state, entity_ref, weekly_hours,
	exited_on, coalesce(exit_cause, '')`

// scanMember opens who the worker is.
func (d *Desk) scanMember(r pgx.Row) (m Member, err error) {
	var sealed []byte
	var exited *period.Date
	err = r.Scan(&m.ID, &m.Region, &m.Ref, &sealed, &m.Gender, &m.BirthDate, &m.EntityRef, &m.WeeklyHours, &m.InPoolSince, &m.Now.State, &m.Now.EntityRef,
		&m.Now.WeeklyHours, &exited, &m.Now.ExitCause)
	if err != nil {
		return m, err
	}
	if exited != nil {
		m.Now.ExitedOn = *exited
	}
	m.Now.Region = m.Region
	who, err := d.people.Open(sealed, sealedWorkers.Place(m.Region, m.ID, 0))
	m.Person = domain.Person(who)
	return m, err
}

// MemberFilter narrows a list of workers.
type MemberFilter struct {
	Region    string
	EntityRef string // with which he is now
	State     domain.State
	Gender    string
}

func (f MemberFilter) apply(q *gorm.DB) *gorm.DB {
	return whereEqual(q.Table("workers"), equal{"administration", f.Region}, equal{"entity_ref", f.EntityRef}, equal{"state", string(f.State)}, equal{"gender", f.Gender})
}

// byReference orders workers by reference, the same everywhere whatever the language of the database.
var byReference = page.Order[Member]{Keys: []page.Key[Member]{
	page.Text(`worker_ref collate "C"`, reference, func(m Member) string { return m.Ref }),
}}

// Members lists workers by reference and records who looked.
func (d *Desk) Members(ctx context.Context, by auth.Identity, f MemberFilter, purpose string, p page.Page) (found []Member, next string, err error) {
	list := page.List[Member]{Rows: f.apply, Columns: memberColumns, Scan: d.scanMember, Order: byReference}
	l := look{action: "workers.list", refused: "workers.list.refused", subject: "list/workers", purpose: purpose}
	err = d.look(ctx, by, l, func(tx *database.Tx) (int, error) {
		found, next, err = list.ReadIn(tx, by.Administration, p)
		return len(found), err
	})
	return found, next, err
}

// FindMember finds the worker who has a tax code and records who searched: under the key of the tax code, which
// names nobody.
func (d *Desk) FindMember(ctx context.Context, by auth.Identity, taxCode, purpose string) (found []Member, err error) {
	key, err := d.people.Key(taxCode)
	if err != nil {
		return nil, err
	}
	l := look{action: "workers.search", refused: "workers.search.refused", subject: subjectOfWorker(key), purpose: purpose, pointer: "/purpose"}
	err = d.look(ctx, by, l, func(tx *database.Tx) (int, error) {
		found = nil
		err := tx.Query(func(r pgx.Rows) error {
			m, err := d.scanMember(r)
			found = append(found, m)
			return err
		}, "select "+memberColumns+" from workers where tax_key = $1", key)
		return len(found), err
	})
	return found, err
}

func subjectOfWorker(key []byte) string { return "worker/" + person.Pseudonym(key) }

// subjectOfID is how a worker is named in records: by the pseudonym, or by the id asked for when the caller does not
// see him.
func (d *Desk) subjectOfID(ctx context.Context, administration string, id uuid.UUID) (subject string, err error) {
	subject = "worker/" + id.String()
	err = d.db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue("select tax_key from workers where id = $1", id).Query(database.Each(func(r pgx.Rows) error {
			var key []byte
			err := r.Scan(&key)
			subject = subjectOfWorker(key)
			return err
		}))
	})
	return subject, err
}
