package store

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
)

// EnterMovements takes a list of movements: it processes them in the order of their receipt, each after those accepted before
// it, and moves the workers on. It refuses the whole list when a row comes too late to be processed.
func (d *Desk) EnterMovements(tx *database.Tx, by auth.Identity, sent []domain.Row[domain.Sent[domain.Movement]]) (JudgedIntake, error) {
	if err := domain.ForAllRegions(by); err != nil {
		return JudgedIntake{}, err
	}
	d, err := d.settled(tx, lockRegister)
	if err != nil {
		return JudgedIntake{}, err
	}
	rows, err := dated(d, by, sent, "received_on", func(m *domain.Movement, on period.Date) { m.ReceivedOn = on })
	if err != nil {
		return JudgedIntake{}, err
	}
	l, err := loadRoll(tx, rows)
	if err != nil {
		return JudgedIntake{}, err
	}
	processed, err := d.rules().Process(rows, l.reg)
	if err != nil {
		return JudgedIntake{}, err
	}
	codes := map[int][]domain.Code{}
	for _, p := range processed {
		codes[p.At] = p.Codes
	}
	intake := uuid.Must(uuid.NewV7())
	out, err := keepIntake(d, tx, by, Intake{ID: intake, Kind: domain.MovementList}, rows, judgeAll(rows, codes))
	if err != nil {
		return out, err
	}
	insertMovements(tx, out.Intake, by.OwnAdministration(), rows, processed, l)
	updateStandings(tx, out.Intake, processed, l)
	return out, nil
}

// judgeAll gives each row of a list its verdict by the codes of its place.
func judgeAll[T any](rows []domain.Row[T], codes map[int][]domain.Code) []domain.Judged {
	out := make([]domain.Judged, len(rows))
	for i := range rows {
		out[i] = rows[i].Judge(codes[i])
	}
	return out
}

const (
	standingsOf = `select worker_ref, id, tax_key, administration, state, entity_ref, weekly_hours, coalesce(last_on, 'epoch'), coalesce(exited_on, 'epoch'), coalesce(exit_cause, '')
from workers where worker_ref = any($1)`
	closedThrough  = `select administration, max(month), max(closes_on) from reports group by administration`
	latestReceived = `select coalesce(max(received_on), 'epoch') from movements`
	// Each reference is looked up by itself: a join would be planned while there are few movements, and compare all later.
	acceptedAmong = `select r from unnest($1::text[]) r where (select true from movements where movement_ref = r and verdict = 'ACCEPTED')`
)

// roll is the register as far as a list needs it, with the places of the workers in it.
type roll struct {
	reg    *domain.Register
	places map[string]place
}

// place is the row of a worker, and the key of his tax code.
type place struct {
	id  uuid.UUID
	key []byte
}

// loadRoll reads what the list is processed against, in one round trip.
func loadRoll(tx *database.Tx, rows []domain.Row[domain.Movement]) (*roll, error) {
	reg := &domain.Register{Standings: map[string]domain.Standing{}, Taken: map[string]bool{}, Closed: map[string]domain.ClosedThrough{}}
	l := &roll{reg, map[string]place{}}
	var workers, refs []string
	for i := range rows {
		if m := rows[i].Value; m != nil {
			workers, refs = append(workers, m.WorkerRef), append(refs, m.Ref)
		}
	}
	tx.Queue(latestReceived).QueryRow(func(r pgx.Row) error { return r.Scan(&reg.Latest) })
	tx.Queue(acceptedAmong, refs).Query(database.Each(func(r pgx.Rows) error { return scanRef(r, reg.Taken) }))
	tx.Queue(standingsOf, workers).Query(database.Each(l.scanStanding))
	tx.Queue(closedThrough).Query(database.Each(l.scanClosed))
	var err error
	reg.Entities, err = knownEntities(tx, rows, func(m domain.Movement) string { return m.ToEntity })
	return l, err
}

func (l *roll) scanStanding(r pgx.Rows) error {
	var ref string
	var p place
	var s domain.Standing
	err := r.Scan(&ref, &p.id, &p.key, &s.Region, &s.State, &s.EntityRef, &s.WeeklyHours, &s.LastOn, &s.ExitedOn, &s.ExitCause)
	l.reg.Standings[ref], l.places[ref] = s, p
	return err
}

func (l *roll) scanClosed(r pgx.Rows) error {
	var region string
	var month period.Date
	var c domain.ClosedThrough
	err := r.Scan(&region, &month, &c.ClosesOn)
	c.Month = period.MonthOf(month)
	l.reg.Closed[region] = c
	return err
}
