package gateway

import (
	"context"
	"time"

	"go.uber.org/zap"
)

// Round lets the replica tell and learn at once.
func (s *Service) Round(ctx context.Context) error { return s.upkeep.round(ctx) }

// WriteDecisions stores what waits.
func (s *Service) WriteDecisions(ctx context.Context) error { return s.upkeep.write(ctx) }

// Repeat does work as the work beside the calls is done.
func Repeat(ctx context.Context, every time.Duration, work func(context.Context) error) {
	(&upkeep{deps: Deps{Log: zap.NewNop()}}).repeat(ctx, every, nil, "it fails", work)
}
