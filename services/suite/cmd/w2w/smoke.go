package main

import (
	"context"
	"fmt"

	"w2w/services/suite/internal/season"
)

// smoke takes one concession of invented persons through a suite and says what came of it: `helm test` runs it.
func smoke(ctx context.Context, c call) error {
	book, err := c.book(newFlags())
	if err != nil {
		return err
	}
	made, err := season.Try(ctx, book)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "%s of %s: %s, %d cents committed\n", made.Reference, made.Administration, made.State, made.CommittedCents)
	return err
}
