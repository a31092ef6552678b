package main

import (
	"context"
	"fmt"
	"os"

	"w2w/pkg/config"
	"w2w/services/suite/internal/house"
)

// migrate brings all schemas up to date, for a job before the services start.
func migrate(ctx context.Context, c call) error {
	if _, err := c.parse(newFlags(), 0); err != nil {
		return err
	}
	var s settings
	if err := config.Load(os.Environ(), &s); err != nil {
		return err
	}
	for name, value := range map[string]string{"W2W_DATABASE_URL": s.DatabaseURL, "W2W_GATEWAY_ROLE_PASSWORD": s.GatewayPassword,
		"W2W_CONCESSIONS_ROLE_PASSWORD": s.ConcessionsPassword} {
		if value == "" {
			return fmt.Errorf("%w: %s is missing", config.ErrSettings, name)
		}
	}
	return house.Migrate(ctx, s.DatabaseURL, s.passwords())
}
