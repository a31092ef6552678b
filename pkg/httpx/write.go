package httpx

import (
	"context"

	"w2w/pkg/auth"
	"w2w/pkg/database"
)

// Write runs a use case once for its Idempotency-Key, for a caller who holds the scope.
func Write[T any](ctx context.Context, db *database.DB, scope string, useCase func(tx *database.Tx, by auth.Identity) (T, error)) (T, error) {
	return WriteAs(ctx, db, []string{scope}, useCase)
}

// WriteAs is Write for several roles, of which one is enough.
func WriteAs[T any](ctx context.Context, db *database.DB, scopes []string, useCase func(tx *database.Tx, by auth.Identity) (T, error)) (T, error) {
	by, err := auth.Require(ctx, scopes...)
	if err != nil {
		var none T
		return none, err
	}
	return Once(ctx, db, by.Administration, func(tx *database.Tx) (T, error) { return useCase(tx, by) })
}
