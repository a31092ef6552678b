package app

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"go.uber.org/zap"

	"w2w/pkg/audit"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
)

const (
	sealEvery  = 5 * time.Second
	checkEvery = 5 * time.Second // how late a service learns that a migration asks for a newer binary
)

// Base is what every service does beside its own work: it answers operators, seals its audit records and ends in
// order. A service embeds it, and so is a Service.
type Base struct {
	process          Process
	own              Own
	notary           *audit.Notary // nil: checkpoints are not signed
	public, internal http.Handler
	background       context.Context
	stop             context.CancelFunc
	work             sync.WaitGroup
	draining         atomic.Bool
	outdated         atomic.Pointer[error] // why the schema is not one to work on any more
}

// Own is what tells the base of one service from another's.
type Own struct {
	Name       string // its audience, its schema in the database and its place at the gateway
	Migrations []database.Set
	AuditKey   string // file of the key that signs checkpoints; none when empty
	MakeKeys   bool   // whether the file is made when it is missing
}

// NewBase checks the schema and opens the notary; nothing runs yet. The work outlives the start, whose context may
// end with it.
func NewBase(ctx context.Context, own Own, p Process) (*Base, error) {
	if err := p.DB.CheckSchema(ctx, own.Migrations...); err != nil {
		return nil, err
	}
	notary, err := audit.OpenNotary(own.Name, own.AuditKey, own.MakeKeys, p.Clock)
	if err != nil {
		return nil, err
	}
	b := &Base{process: p, own: own, notary: notary}
	b.background, b.stop = context.WithCancel(context.WithoutCancel(ctx))
	b.internal = notary.Serve(p.DB, httpx.Internal(p.Metrics, func(*gin.Context) error { return b.ready() }))
	return b, nil
}

// Start takes the handler of the callers and begins to seal.
func (b *Base) Start(public http.Handler) {
	b.public = public
	db := b.process.DB
	b.process.Metrics.MustRegister(newBuildInfo(b.own.Name), db.PoolCollector(b.own.Name), database.NewSchemaCollector(db, b.own.Migrations...),
		audit.NewCollector(db), b.notary.Collector())
	b.Go(b.watchSchema)
	b.Go(func(ctx context.Context) {
		audit.NewSealer(b.process.DB).Publish(func(c audit.Checkpoint) {
			b.process.Log.Info("audit checkpoint", zap.String("checkpoint", b.notary.Text(c)))
		}).Run(ctx, sealEvery, func(err error) { b.process.Log.Error("audit not sealed", zap.Error(err)) })
	})
}

// watchSchema looks at the schema again and again: a migration that goes beyond this binary makes it unready, and
// one that mends the schema makes it ready.
func (b *Base) watchSchema(ctx context.Context) {
	clock.Every(ctx, checkEvery, func() {
		if states, err := b.process.DB.SchemaStates(ctx, b.own.Migrations...); err == nil {
			b.judge(states)
		} // otherwise the database is away, which every call says by itself
	})
}

func (b *Base) judge(states []database.SchemaState) {
	for _, s := range states {
		if problem := s.Problem(); problem != nil {
			if b.outdated.Swap(&problem) == nil {
				b.process.Log.Error("the schema is not for this binary", zap.Error(problem))
			}
			return
		}
	}
	if b.outdated.Swap(nil) != nil {
		b.process.Log.Info("the schema is for this binary again")
	}
}

// Go does work in the background; its context ends with Close, which waits for it.
func (b *Base) Go(work func(ctx context.Context)) { b.work.Go(func() { work(b.background) }) }

func (b *Base) ready() error {
	if b.draining.Load() {
		return fault.New(fault.Unavailable, "Il servizio si sta fermando.", "The service is stopping.")
	}
	if outdated := b.outdated.Load(); outdated != nil {
		return *outdated
	}
	return nil
}

// Public answers callers. It is not named as gin names the like: a method of that name is kept of every type, and gin's
// brings a server for HTTP/2 without TLS, which nobody here asks for.
func (b *Base) Public() http.Handler { return b.public }

// Internal answers operators: health, readiness, metrics, and the signed head of the audit chain.
func (b *Base) Internal() http.Handler { return b.internal }

// Drain makes the service unready, so that no new calls are sent to it.
func (b *Base) Drain() { b.draining.Store(true) }

// Close ends the background work; the caller has stopped the listeners and closes the database.
func (b *Base) Close() {
	b.Drain()
	b.stop()
	b.work.Wait()
}
