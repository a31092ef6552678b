package main

import (
	"context"
	"fmt"
	"time"

	"w2w/services/suite/internal/load"
)

// keepBusy sends what portals send all day and counts what fails.
func keepBusy(ctx context.Context, c call) error {
	flags := newFlags()
	var plan load.Plan
	flags.DurationVar(&plan.Lasting, "for", time.Minute, "how long")
	flags.IntVar(&plan.Rate, "rate", 50, "requests a second; 0 is as fast as answers come")
	flags.IntVar(&plan.Callers, "callers", 32, "requests that may wait for their answer at once")
	flags.BoolVar(&plan.Reads, "reads", false, "file nothing")
	book, err := c.book(flags)
	if err != nil {
		return err
	}
	if plan.Rate < 0 || plan.Callers < 1 || plan.Lasting <= 0 {
		return fmt.Errorf("%w: --rate is at least 0, --callers at least 1 and --for above 0", errUsage)
	}
	return load.Run(ctx, book, plan, c.out)
}
