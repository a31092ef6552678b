// Command w2w runs the suite, migrates its database, sends whole seasons through it and plays INPS.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"w2w/pkg/auth"
	"w2w/pkg/config"
	"w2w/pkg/person"
	"w2w/services/suite/internal/lsupool"
	"w2w/services/suite/internal/portal"
	"w2w/services/suite/internal/sheets"
)

// The exit codes of the command.
const (
	success = 0
	failure = 1
	refusal = 2 // wrong arguments, settings or input, or a refusal by the suite
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal does not wait for the first
	os.Exit(exitCode(run(ctx, os.Args[1:], os.Stdout), os.Stderr))
}

func exitCode(err error, out io.Writer) int {
	if err == nil {
		return success
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintf(out, "w2w: stopped before the end; the same command goes on from here\n")
		return failure
	}
	fmt.Fprintf(out, "w2w: %v\n", err)
	if errors.Is(err, errUsage) {
		fmt.Fprintf(out, "%s", usage)
	}
	for _, kind := range []error{errUsage, config.ErrSettings, sheets.ErrInput, lsupool.ErrOther, portal.ErrNobody, auth.ErrClients, auth.ErrRotation,
		person.ErrKeys} {
		if errors.Is(err, kind) {
			return refusal
		}
	}
	if portal.IsFinal(err) {
		return refusal
	}
	return failure
}
