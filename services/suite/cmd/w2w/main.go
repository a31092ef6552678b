// Command w2w runs the suite, and sends whole seasons through it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"w2w/services/suite/internal/portal"
	"w2w/services/suite/internal/season"
)

// The exit codes of the command.
const (
	success = 0
	failure = 1
	refusal = 2 // wrong arguments, unreadable input, or a refusal by the suite
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(exitCode(run(ctx, os.Args[1:])))
}

func exitCode(err error) int {
	if err == nil {
		return success
	}
	fmt.Fprintln(os.Stderr, "w2w:", err)
	var refused *portal.Refusal
	if errors.Is(err, errUsage) || errors.Is(err, season.ErrInput) || errors.Is(err, portal.ErrNobody) || errors.As(err, &refused) {
		return refusal
	}
	return failure
}
