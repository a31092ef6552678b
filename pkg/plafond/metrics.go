package plafond

import (
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/period"
)

const allAccounts = `select id, administration, year, fund, family, assigned_cents, available_cents, committed_cents, spent_cents from plafond_accounts`

// everyonesLately sums up the commitments of the projection for all accounts. It reads many movements, and its
// answer changes by the day: it is asked for at most every projectionAge.
const everyonesLately = `select account_id, sum(cents)::bigint from plafond_movements
where kind = 'COMMIT' and effective_on > $1::date - 90 and effective_on <= $1::date group by account_id`

const projectionAge = 10 * time.Minute

// figures are what one service's ledger shows to Prometheus.
type figures struct {
	now                                          clock.Clock
	assigned, available, committed, spent, empty *prometheus.Desc

	mu     sync.Mutex
	lately map[uuid.UUID]int64
	asked  time.Time
}

// NewCollector makes the collector that shows the buckets of every account of one service's ledger, and in how many
// days an account will be empty where that is in sight.
func NewCollector(db *database.DB, now clock.Clock) *database.Collector {
	desc := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("w2w_plafond_"+name, help, []string{"administration", "year", "fund", "family"}, nil)
	}
	f := &figures{now: now,
		assigned:  desc("assigned_cents", "Cents assigned to the plafond."),
		available: desc("available_cents", "Cents of the plafond that can still be committed."),
		committed: desc("committed_cents", "Cents committed and not spent yet."),
		spent:     desc("spent_cents", "Cents spent."),
		empty:     desc("exhaustion_days", "Days until the plafond is empty if commitments go on as in the last 90 days; absent when that is not in sight."),
	}
	return database.NewCollector(db, f.queue, f.assigned, f.available, f.committed, f.spent, f.empty)
}

func (f *figures) queue(b *pgx.Batch, to chan<- prometheus.Metric) {
	today := period.FromTime(f.now.Today())
	if f.due() {
		b.Queue(everyonesLately, today).Query(f.learn)
	}
	b.Queue(allAccounts).Query(func(rows pgx.Rows) error {
		all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Balance])
		for _, x := range all {
			f.show(x, today, to)
		}
		return err
	})
}

func (f *figures) due() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.lately == nil || f.now().Sub(f.asked) >= projectionAge
}

func (f *figures) learn(rows pgx.Rows) error {
	lately := map[uuid.UUID]int64{}
	var id uuid.UUID
	var cents int64
	if _, err := pgx.ForEachRow(rows, []any{&id, &cents}, func() error { lately[id] = cents; return nil }); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lately, f.asked = lately, f.now()
	return nil
}

func (f *figures) show(x Balance, today period.Date, to chan<- prometheus.Metric) {
	gauge := func(desc *prometheus.Desc, value int64) {
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, float64(value), x.Administration, strconv.Itoa(x.Year), x.Fund, x.Family)
	}
	gauge(f.assigned, x.AssignedCents)
	gauge(f.available, x.AvailableCents)
	gauge(f.committed, x.CommittedCents)
	gauge(f.spent, x.SpentCents)
	f.mu.Lock()
	lately := f.lately[x.ID]
	f.mu.Unlock()
	if end := exhaustion(x.AvailableCents, lately, today); end != nil && x.AvailableCents > 0 {
		gauge(f.empty, int64(end.DaysSince(today)))
	}
}
