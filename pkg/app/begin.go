package app

import (
	"context"

	"go.uber.org/zap"

	"w2w/pkg/database"
	"w2w/pkg/fault"
)

// begin starts the service, and tries again as long as it can't for a reason that passes: the database is away, or its
// schema is not the one of this binary. What an operator must mend, as the settings, ends the process. It returns no
// service when the process is told to stop before.
func (p Program[S]) begin(ctx context.Context, own S, process Process, desk *operators) (Service, error) {
	var between database.Backoff
	for told := ""; ; {
		process.Metrics = NewRegistry() // an attempt that failed has left its figures in the last one
		s, err := p.attempt(ctx, own, process)
		if err == nil {
			return s, nil
		}
		why := passing(ctx, process.DB, err)
		if why == nil {
			return nil, err
		}
		desk.why.Store(why)
		if text := why.Error(); text != told {
			process.Log.Warn("waiting to start", zap.Error(err), zap.Any("facts", why.Extra))
			told = text
		}
		if !between.Wait(ctx) {
			return nil, nil
		}
	}
}

func (p Program[S]) attempt(ctx context.Context, own S, process Process) (Service, error) {
	if err := process.DB.Ping(ctx); err != nil {
		return nil, err
	}
	if err := process.DB.CheckDurability(ctx); err != nil {
		return nil, err
	}
	return p.Start(ctx, own, process)
}

// passing is why to wait after an error, or nil when waiting would not help.
func passing(ctx context.Context, db *database.DB, err error) *fault.Error {
	if ping := db.Ping(ctx); ping != nil {
		reason := database.Reason(ping)
		return fault.New(fault.Unavailable, "Il servizio attende il database: "+reason, "The service waits for the database: "+reason).
			With("reason", reason)
	}
	if fault.Is(err, fault.Unavailable) {
		return fault.As(err)
	}
	return nil
}
