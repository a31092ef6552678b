package store

import (
	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/pkg/period"
	"w2w/pkg/plafond"
	"w2w/services/lsu/internal/domain"
)

// sources are what the reports of a Region are made of in one view.
type sources struct {
	region      string
	view        domain.View
	lives       []domain.Life
	entities    map[string]domain.Entity
	conventions map[int]string // legal sources by year
	accounts    []plafond.Balance
	paid        map[period.Month]int64
	frozen      []domain.Line
	closed      closings
	counted     domain.Counted
}

const (
	entitiesInReport = `select entity_ref, name, kind from entities where entity_ref in (select pool_entity from workers where administration = $1
	union select to_entity from movements where administration = $1 and verdict = 'ACCEPTED')`
	conventionsOf = `select year, legal_ref from conventions where administration = $1`
	paidOf        = `select month, sum(paid_cents)::bigint from payments where administration = $1 and reported_on <= $2 group by month`
	frozenOf      = `select line from reports where administration = $1 and month < $2 order by month`
)

// queue asks for the sources of a month's report: payments count that were reported up to a day, and as closed the
// months before are as their closing froze them.
func (s *sources) queue(q database.Queuer, month period.Month, paidBy period.Date) {
	s.entities, s.conventions, s.paid = map[string]domain.Entity{}, map[int]string{}, map[period.Month]int64{}
	s.closed = closings{}
	s.closed.queue(q, s.region, firstMonth, month)
	queueLives(q, s.region, &s.lives)
	q.Queue(entitiesInReport, s.region).Query(database.Each(func(r pgx.Rows) error {
		e := domain.Entity{Region: s.region}
		err := r.Scan(&e.Ref, &e.Name, &e.Kind)
		s.entities[e.Ref] = e
		return err
	}))
	q.Queue(conventionsOf, s.region).Query(database.Each(func(r pgx.Rows) error {
		year, legal := 0, ""
		err := r.Scan(&year, &legal)
		s.conventions[year] = legal
		return err
	}))
	q.Queue(paidOf, s.region, paidBy).Query(database.Each(func(r pgx.Rows) error {
		var of period.Month
		cents := int64(0)
		err := r.Scan(&of, &cents)
		s.paid[of] = cents
		return err
	}))
	at := plafond.AsOf{}
	if s.view != domain.AsClosed {
		at.EffectiveOn = &s.view.KnownOn
	}
	plafond.QueueBalances(q, plafond.Filter{Administration: s.region, Fund: ledgerFund, Family: ledgerFamily}, at, &s.accounts)
	if s.view == domain.AsClosed {
		q.Queue(frozenOf, s.region, month).Query(database.Each(func(r pgx.Rows) error {
			var l domain.Line
			err := r.Scan(&l)
			s.frozen = append(s.frozen, l)
			return err
		}))
	}
}

// matter is what the domain builds from; the lines of months before are those that are frozen.
func (s *sources) matter(year int) domain.Matter {
	return domain.Matter{Region: s.region, View: s.view, Lives: s.lives, Before: s.frozen, FundsCents: s.funds(year), LegalRef: s.conventions[year],
		Paid: s.paid, Entity: func(ref string) (domain.Entity, bool) { e, ok := s.entities[ref]; return e, ok }}
}

// funds are those of the convention of a year.
func (s *sources) funds(year int) int64 {
	for _, a := range s.accounts {
		if a.Year == year {
			return a.AssignedCents
		}
	}
	return 0
}
