package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"

	"w2w/services/suite/internal/support"
)

// support writes what others need to help, without personal data and secrets.
func writeSupport(ctx context.Context, c call) error {
	flags := newFlags()
	d := deploymentFlags(flags)
	out := flags.String("out", "", "file to write, .tar.gz")
	log := flags.String("log", "", "file of the log")
	if _, err := c.parse(flags, 0); err != nil {
		return err
	}
	if *out == "" {
		return fmt.Errorf("%w: --out is missing", errUsage)
	}
	at, release, err := d.open(ctx)
	if err != nil {
		return err
	}
	defer release()
	if *log == "" && d.dataDir != "" {
		*log = filepath.Join(d.dataDir, "w2w.log")
	}
	f, err := renameio.NewPendingFile(*out, renameio.WithPermissions(0o600))
	if err != nil {
		return err
	}
	defer func() { _ = f.Cleanup() }() // the error of what was done is the one to tell
	if err := support.Write(ctx, f, support.From{Place: at, Log: *log, Environ: os.Environ()}); err != nil {
		return err
	}
	return turn{call: c}.say(f.CloseAtomicallyReplace(), "wrote %s", *out)
}
