package gateway

import "context"

// Round lets the replica tell and learn at once.
func (s *Service) Round(ctx context.Context) error { return s.upkeep.round(ctx) }

// WriteDecisions stores what waits.
func (s *Service) WriteDecisions(ctx context.Context) error { return s.upkeep.write(ctx) }
