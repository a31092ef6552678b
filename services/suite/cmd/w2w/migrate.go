package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"w2w/pkg/config"
	"w2w/pkg/database"
	"w2w/services/suite/internal/house"
)

// owned are the settings of `w2w migrate`, which needs all of them.
type owned struct {
	DatabaseURL         string `env:"W2W_DATABASE_URL,notEmpty"`              // address of the database, for its owner
	GatewayPassword     string `env:"W2W_GATEWAY_ROLE_PASSWORD,notEmpty"`     // that the role w2w_gateway gets
	ConcessionsPassword string `env:"W2W_CONCESSIONS_ROLE_PASSWORD,notEmpty"` // that the role w2w_concessions gets
	LSUPassword         string `env:"W2W_LSU_ROLE_PASSWORD,notEmpty"`         // that the role w2w_lsu gets
}

// migrate brings all schemas up to date, for a job before or beside the services. It waits for the database.
func migrate(ctx context.Context, c call) error {
	flags := newFlags()
	wait := flags.Duration("wait", 5*time.Minute, "how long to wait for the database")
	if _, err := c.parse(flags, 0); err != nil {
		return err
	}
	var o owned
	if err := config.Load(os.Environ(), &o); err != nil {
		return err
	}
	err := database.Await(ctx, o.DatabaseURL, *wait, func(reason string) { fmt.Fprintf(c.out, "waiting for the database: %s\n", reason) })
	if err != nil {
		return err
	}
	return house.Migrate(ctx, o.DatabaseURL, settings(o).passwords())
}
