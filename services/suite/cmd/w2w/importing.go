package main

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"w2w/pkg/auth"
	"w2w/services/suite/internal/house"
	"w2w/services/suite/internal/inps"
	"w2w/services/suite/internal/portal"
)

// importer sends what is in a folder through the gateway and writes what came of it into another one.
type importer func(ctx context.Context, book *portal.Book, from fs.FS, out string, progress func(done, total int)) error

// importing reads the flags of `w2w import`; name is what the progress calls it.
func importing(name string, do importer) func(context.Context, call) error {
	return func(ctx context.Context, c call) error {
		flags := newFlags()
		out := flags.String("out", "", "folder for the results")
		place := suiteFlags(flags)
		from, err := c.parse(flags, 1)
		if err != nil {
			return err
		}
		if *out == "" {
			return fmt.Errorf("%w: --out is missing", errUsage)
		}
		book, err := place.book()
		if err != nil {
			return err
		}
		return do(ctx, book, os.DirFS(from[0]), *out, progress(name))
	}
}

func simulateINPS(ctx context.Context, c call) error {
	book, err := c.book(newFlags())
	if err != nil {
		return err
	}
	client, err := book.For(auth.AllAdministrations, inps.Scope)
	if err != nil {
		return err
	}
	inps.New(client, func(done inps.Answer, err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, "w2w:", err)
			return
		}
		fmt.Fprintf(c.out, "decree %s: %d applications paid, %d cents\n", done.Decree, done.Applications, done.Cents)
	}).Follow(ctx)
	return nil
}

// book reads a command without arguments, and opens the suite that it names.
func (c call) book(flags *flag.FlagSet) (*portal.Book, error) {
	place := suiteFlags(flags)
	if _, err := c.parse(flags, 0); err != nil {
		return nil, err
	}
	return place.book()
}

// place is where the suite is and who its clients are: a house's data folder, or both named apart.
type place struct{ dir, gateway, clients *string }

func suiteFlags(flags *flag.FlagSet) place {
	return place{flags.String("data-dir", "", "folder of a running house"), flags.String("gateway", "", "address of the gateway"),
		flags.String("clients", "", "file of clients with keys")}
}

func (p place) book() (*portal.Book, error) {
	gateway, clients := *p.gateway, *p.clients
	if *p.dir != "" {
		address, err := os.ReadFile(filepath.Join(*p.dir, house.AddressFile))
		if err != nil {
			return nil, fmt.Errorf("%w: no house has run in %s", errUsage, *p.dir)
		}
		gateway, clients = strings.TrimSpace(string(address)), filepath.Join(*p.dir, house.ClientsFile)
	}
	if gateway == "" || clients == "" {
		return nil, fmt.Errorf("%w: --data-dir, or --gateway and --clients, say where the suite is", errUsage)
	}
	credentials, err := auth.ReadClients(clients)
	if err != nil {
		return nil, err
	}
	return portal.NewBook(gateway, credentials), nil
}
