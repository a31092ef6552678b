package store

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"w2w/pkg/database"
	"w2w/pkg/feed"
	"w2w/pkg/period"
	"w2w/pkg/person"
	"w2w/services/lsu/internal/domain"
)

const poolEntered = "it.w2w.lsu.pool.entered.v1"

const insertWorkers = `insert into workers (id, administration, worker_ref, person, tax_key, gender, birth_date, pool_entity, pool_hours, in_pool_since,
	state, entity_ref, weekly_hours, intake_id, intake_row, intake_line, created_at, updated_at)
select u.id, u.region, u.ref, u.person, u.tax_key, u.gender, u.birth, u.entity, u.hours, u.since, $2, u.entity, u.hours, $1, u.row, u.line, $3, $3
from unnest($4::uuid[], $5::text[], $6::text[], $7::bytea[], $8::bytea[], $9::text[], $10::date[], $11::text[], $12::int[], $13::date[], $14::int[], $15::int[])
	u(id, region, ref, person, tax_key, gender, birth, entity, hours, since, row, line)`

// workerRows are accepted rows of the pool turned by ninety degrees, as unnest takes them, and what is still to be told.
type workerRows struct {
	entered                     map[string][]enteredWorker // by Region
	id                          []uuid.UUID
	region, ref, gender, entity []string
	person, key                 [][]byte
	birth, since                []period.Date
	hours, row, line            []int
}

// add seals who a worker is for his place in the register.
func (c *workerRows) add(d *Desk, r domain.Row[domain.Worker], key []byte) error {
	w, id := r.Value, uuid.Must(uuid.NewV7())
	sealed, err := d.people.Seal(person.Person(w.Person), sealedWorkers.Place(w.Region, id, 0))
	if err != nil {
		return fmt.Errorf("worker of the pool: %w", err)
	}
	c.id, c.region, c.ref = append(c.id, id), append(c.region, w.Region), append(c.ref, w.Ref)
	c.person, c.key = append(c.person, sealed), append(c.key, key)
	c.gender, c.entity = append(c.gender, w.Gender), append(c.entity, w.EntityRef)
	c.birth, c.since = append(c.birth, w.BirthDate), append(c.since, w.InPoolSince)
	c.hours, c.row, c.line = append(c.hours, w.WeeklyHours), append(c.row, r.Row), append(c.line, r.Line)
	c.entered[w.Region] = append(c.entered[w.Region], enteredWorker{person.Pseudonym(key), w.EntityRef, w.WeeklyHours, w.InPoolSince})
	return nil
}

const (
	sentAtOnce   = 500 // workers in one statement: what is on its way is in memory several times
	eventWorkers = 500 // workers of whom one event tells
)

// send inserts the workers that were added since it last did, and tells of them by pseudonym; last tells of the rest.
func (c *workerRows) send(tx *database.Tx, intake uuid.UUID, at time.Time, last bool) error {
	if len(c.id) > 0 {
		tx.Queue(insertWorkers, intake, domain.Active, at, c.id, c.region, c.ref, c.person, c.key, c.gender, c.birth, c.entity, c.hours, c.since, c.row, c.line)
	}
	*c = workerRows{entered: c.entered}
	if err := tx.Flush(); err != nil {
		return err
	}
	for _, region := range slices.Sorted(maps.Keys(c.entered)) {
		left := c.entered[region]
		for len(left) >= eventWorkers || last && len(left) > 0 {
			n := min(eventWorkers, len(left))
			err := feed.Append(tx, feed.Event{Type: poolEntered, Subject: "intake/" + intake.String(), Administration: region, Data: map[string]any{"workers": left[:n]}})
			if err != nil {
				return err
			}
			left = left[n:]
		}
		c.entered[region] = left
	}
	return nil
}

// enteredWorker is what an event tells of a worker.
type enteredWorker struct {
	Worker      string      `json:"worker"` // pseudonym
	EntityRef   string      `json:"entity_ref"`
	WeeklyHours int         `json:"weekly_hours"`
	InPoolSince period.Date `json:"in_pool_since"`
}
