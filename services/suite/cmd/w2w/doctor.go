package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"w2w/pkg/database/embedded"
	"w2w/services/suite/internal/doctor"
	"w2w/services/suite/internal/house"
	"w2w/services/suite/internal/restored"
)

// errIll is the end of an examination that found failures.
var errIll = errors.New("something is to be mended")

// deployment is where one is, by a house's folder or by its parts.
type deployment struct {
	dataDir string
	at      doctor.Place
}

func deploymentFlags(flags *flag.FlagSet) *deployment {
	d := &deployment{}
	list := func(to *[]string) func(string) error {
		return func(value string) error { *to = append(*to, value); return nil }
	}
	flags.StringVar(&d.dataDir, "data-dir", "", "folder of a house")
	flags.StringVar(&d.at.Database, "database-url", "", "address of the database for its owner")
	flags.StringVar(&d.at.Gateway, "gateway", "", "outside address of the gateway")
	flags.Func("ready", "address of an internal port", list(&d.at.Ready))
	flags.Func("jwks", "address of the key set of an outside issuer", list(&d.at.JWKS))
	flags.StringVar(&d.at.KeyDir, "key-dir", "", "folder of the gateway's rings")
	flags.Func("person-keys", "folder with keys of persons", list(&d.at.PersonKeys))
	return d
}

// open fills in what a house's folder says; release ends a server that was started to be looked at.
func (d *deployment) open(ctx context.Context) (at doctor.Place, release func(), err error) {
	at, release = d.at, func() {}
	if (d.dataDir == "") == (at.Database == "") {
		return at, release, fmt.Errorf("%w: --data-dir or --database-url says where the suite is", errUsage)
	}
	if d.dataDir == "" {
		return at, release, nil
	}
	if at.Database, release, err = embedded.Reach(ctx, d.dataDir); err != nil {
		return at, func() {}, fmt.Errorf("%w: %w", errUsage, err)
	}
	at.Disk, at.KeyDir, at.PersonKeys = embedded.Folder(d.dataDir), house.PersonKeys(d.dataDir), []string{house.PersonKeys(d.dataDir)}
	address, err := os.ReadFile(filepath.Join(d.dataDir, house.AddressFile))
	if err == nil {
		at.Gateway = strings.TrimSpace(string(address))
		at.Ready = []string{at.Gateway}
	}
	return at, release, nil
}

// examine tells what is well, and what is to be mended.
func examine(ctx context.Context, c call) error {
	flags := newFlags()
	d := deploymentFlags(flags)
	asJSON := flags.Bool("json", false, "one JSON document")
	if _, err := c.parse(flags, 0); err != nil {
		return err
	}
	at, release, err := d.open(ctx)
	if err != nil {
		return err
	}
	defer release()
	found := doctor.Examine(ctx, at)
	if *asJSON {
		err = found.JSON(c.out)
	} else {
		found.Print(c.out)
	}
	if n := found.Count(doctor.Fail); err == nil && n > 0 {
		err = fmt.Errorf("%w: %d failures", errIll, n)
	}
	return err
}

// afterRestore makes a database that was restored from a dump fit for the services to go on.
func afterRestore(ctx context.Context, c call) error {
	flags := newFlags()
	d := deploymentFlags(flags)
	if _, err := c.parse(flags, 0); err != nil {
		return err
	}
	at, release, err := d.open(ctx)
	if err != nil {
		return err
	}
	defer release()
	n, err := restored.Mend(ctx, at.Database, func(left int64) { fmt.Fprintf(c.out, "%d transactions to go\n", left) })
	return turn{call: c}.say(err, "past the records of all services, after %d transactions", n)
}
