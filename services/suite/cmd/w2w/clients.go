package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/schollz/progressbar/v3"

	"w2w/pkg/auth"
	"w2w/services/suite/internal/house"
	"w2w/services/suite/internal/inps"
	"w2w/services/suite/internal/portal"
	"w2w/services/suite/internal/season"
)

func importSeason(ctx context.Context, from string, args []string) error {
	flags := flag.NewFlagSet("import season", flag.ContinueOnError)
	out := flags.String("out", "", "folder for the results")
	url, clients, err := suiteAt(flags, args)
	if err != nil {
		return err
	}
	if *out == "" {
		return errUsage
	}
	return send(ctx, url, clients, from, *out)
}

// suiteAt reads where the suite is and who its clients are: from a house's data folder, or named apart.
func suiteAt(flags *flag.FlagSet, args []string) (url, clients string, err error) {
	dir := flags.String("data-dir", "", "folder of a running house")
	flags.StringVar(&url, "gateway", "", "address of the gateway")
	flags.StringVar(&clients, "clients", "", "file of clients with keys")
	if err := flags.Parse(args); err != nil {
		return "", "", fmt.Errorf("%w: %w", errUsage, err)
	}
	if *dir != "" {
		address, err := os.ReadFile(filepath.Join(*dir, house.AddressFile))
		if err != nil {
			return "", "", fmt.Errorf("%w: no house has run in %s", errUsage, *dir)
		}
		url, clients = strings.TrimSpace(string(address)), filepath.Join(*dir, house.ClientsFile)
	}
	if url == "" || clients == "" {
		return "", "", errUsage
	}
	return url, clients, nil
}

func simulateINPS(ctx context.Context, args []string) error {
	url, clients, err := suiteAt(flag.NewFlagSet("simulate inps", flag.ContinueOnError), args)
	if err != nil {
		return err
	}
	credentials, err := auth.ReadClients(clients)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	client, err := portal.NewBook(url, credentials).For(auth.AllAdministrations, "inps:exchange")
	if err != nil {
		return err
	}
	return inps.New(client).Follow(ctx)
}

func send(ctx context.Context, url, clients, from, out string) error {
	credentials, err := auth.ReadClients(clients)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	bar := progressbar.NewOptions(1, progressbar.OptionSetDescription("season"), progressbar.OptionShowCount(),
		progressbar.OptionSetWriter(os.Stderr), progressbar.OptionOnCompletion(func() { fmt.Fprintln(os.Stderr) }))
	return season.Import(ctx, portal.NewBook(url, credentials), from, out, func(done, total int) {
		bar.ChangeMax(total)
		_ = bar.Set(done) // a terminal that can't show it is no failure
	})
}
