package main

import (
	"context"
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"w2w/pkg/auth"
	"w2w/services/suite/internal/house"
	"w2w/services/suite/internal/inps"
	"w2w/services/suite/internal/portal"
	"w2w/services/suite/internal/season"
)

// demo is the season that a new house shows.
//
//go:embed demo/*.csv
var demo embed.FS

const demoDone = "demo-season"

// showDemo imports the demo season once in the life of a data folder.
func showDemo(ctx context.Context, url, dir string) error {
	mark := filepath.Join(dir, demoDone)
	if _, err := os.Stat(mark); err == nil {
		return nil
	}
	files, err := os.MkdirTemp("", "w2w-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(files)
	folder, err := fs.Sub(demo, "demo")
	if err != nil {
		return err
	}
	if err := os.CopyFS(files, folder); err != nil {
		return err
	}
	if err := send(ctx, url, filepath.Join(dir, house.ClientsFile), files, filepath.Join(dir, demoDone+"-results")); err != nil {
		return err
	}
	if err := settle(ctx, url, filepath.Join(dir, house.ClientsFile)); err != nil {
		return err
	}
	return os.WriteFile(mark, nil, 0o644)
}

// settle hands the demo's decrees to INPS and lets the simulator answer all of them.
func settle(ctx context.Context, url, clients string) error {
	credentials, err := auth.ReadClients(clients)
	if err != nil {
		return err
	}
	book := portal.NewBook(url, credentials)
	var administrations []string
	for _, c := range credentials {
		if c.Administration != auth.AllAdministrations && !slices.Contains(administrations, c.Administration) {
			administrations = append(administrations, c.Administration)
		}
	}
	if err := season.Transmit(ctx, book, administrations); err != nil {
		return err
	}
	client, err := book.For(auth.AllAdministrations, "inps:exchange")
	if err != nil {
		return err
	}
	for simulator := inps.New(client); ; {
		if n, err := simulator.Round(ctx, 1); err != nil || n == 0 {
			return err
		}
	}
}
