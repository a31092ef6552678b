package gateway

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"w2w/services/gateway/internal/domain"
	"w2w/services/gateway/internal/store"
)

const (
	sweepEvery = time.Minute
	writeEvery = 50 * time.Millisecond
	writeMost  = 5000 // decisions in one transaction
	patience   = 2 * time.Second
	lastWrite  = 5 * time.Second // at the end of the process
)

// upkeep is the gateway's work beside its calls: it shares limits with the other replicas and stores decisions.
type upkeep struct {
	limits    store.Limits
	decisions store.Decisions
	shares    *domain.Shares
	quotas    *domain.Quotas
	journal   *domain.Journal
	deps      Deps
	fresh     bool      // whether the last round was heard, so that the next needs only what is new
	began     time.Time // the round that is not told yet
}

// newUpkeep lets the replicas hear of each other before the first call.
func newUpkeep(ctx context.Context, cfg Config, deps Deps) (*upkeep, error) {
	if deps.Replica == "" {
		deps.Replica = uuid.NewString()
	}
	u := &upkeep{
		limits: store.Limits{DB: deps.DB, Replica: deps.Replica}, decisions: store.Decisions{DB: deps.DB},
		shares: domain.NewShares(), quotas: domain.NewQuotas(deps.Clock), journal: domain.NewJournal(cfg.AuditBuffer), deps: deps, began: deps.Clock(),
	}
	deps.Metrics.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "w2w_gateway_decisions_waiting", Help: "Decisions that are not stored yet; the gateway refuses calls when there is no room.",
	}, func() float64 { return float64(u.journal.Waiting()) }), prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "w2w_gateway_decisions_room", Help: "Decisions that may wait.",
	}, func() float64 { return float64(cfg.AuditBuffer) }))
	return u, u.round(ctx)
}

// round tells the other replicas what was asked of this one and learns what was asked of them. It is not broken off when
// the process is told to stop: what was told might be told again.
func (u *upkeep) round(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	began := u.deps.Clock()
	asked := u.shares.Round(began.Sub(u.began))
	u.began = began
	all, err := u.limits.Tell(ctx, asked)
	if err != nil {
		u.shares.Forget()
		return err
	}
	u.shares.Learn(asked, all.Calls, all.Replicas)
	return u.count(ctx)
}

// count adds the calls of clients with a daily quota to what all replicas know.
func (u *upkeep) count(ctx context.Context) error {
	day, calls := u.quotas.Send()
	known, err := u.limits.Count(ctx, day, calls, !u.fresh)
	if err != nil {
		u.quotas.Unsent(day)
		return err
	}
	u.quotas.Sent(day, known)
	return nil
}

// write stores all decisions that wait.
func (u *upkeep) write(ctx context.Context) error {
	for {
		taken := u.journal.Take(writeMost, u.deps.Clock())
		if len(taken) == 0 {
			return nil
		}
		if err := u.decisions.Add(ctx, taken); err != nil {
			u.journal.Back(taken)
			return err
		}
		u.journal.Stored(taken)
	}
}

func (u *upkeep) sweep(ctx context.Context) error {
	if _, err := store.Sweep(ctx, u.deps.DB, u.deps.Clock()); err != nil {
		return err
	}
	return u.limits.Sweep(ctx, u.deps.Clock())
}

// keepUp begins the work.
func (s *Service) keepUp(u *upkeep, every time.Duration) {
	s.Go(func(ctx context.Context) {
		u.repeat(ctx, sweepEvery, nil, "old rows were not swept", u.sweep)
	})
	s.Go(func(ctx context.Context) {
		u.repeat(ctx, every, nil, "limits are not shared", func(ctx context.Context) error {
			err := u.round(ctx)
			u.fresh = err == nil
			return err
		})
	})
	s.Go(func(ctx context.Context) {
		u.repeat(ctx, writeEvery, u.journal.Half(), "decisions are not stored", func(ctx context.Context) error {
			// What is being stored when the process is told to stop is stored: broken off it might stand twice.
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
			defer cancel()
			return u.write(ctx)
		})
	})
}

// end stores what is left and takes leave of the other replicas. The listeners are closed. What was asked lately is not
// told: for a moment the others would share each rate with one that gives nothing out.
func (u *upkeep) end() {
	ctx, cancel := context.WithTimeout(context.Background(), lastWrite)
	defer cancel()
	if err := u.write(ctx); err != nil {
		u.deps.Log.Error("decisions are lost", zap.Int("decisions", u.journal.Waiting()), zap.Error(err))
	}
	if err := errors.Join(u.count(ctx), u.limits.Leave(ctx)); err != nil {
		u.deps.Log.Warn("the other replicas were not told of the end", zap.Error(err))
	}
}

// repeat works again and again, and sooner when woken. Between the end of one work and the next is always the whole time:
// a round that follows a late one at once would take its few calls for a high rate. The first failure of a row is logged,
// and its end.
func (u *upkeep) repeat(ctx context.Context, every time.Duration, wake <-chan struct{}, failure string, work func(context.Context) error) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-wake:
		}
		err := work(ctx)
		if ctx.Err() != nil {
			return
		}
		tick.Reset(every)
		switch {
		case err != nil && !failing:
			u.deps.Log.Error(failure, zap.Error(err))
		case err == nil && failing:
			u.deps.Log.Info("works again: " + failure)
		}
		failing = err != nil
	}
}
