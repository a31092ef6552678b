package main

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

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

// demoDone is the mark of a folder whose demo is complete.
const demoDone = "demo-season"

// showDemo imports the demo season once in the life of a database, and has it paid. Broken off, it goes on at the
// next start.
func showDemo(ctx context.Context, url, dir string) error {
	credentials, err := auth.ReadClients(filepath.Join(dir, house.ClientsFile))
	if err != nil {
		return err
	}
	book, mark := portal.NewBook(url, credentials), filepath.Join(dir, demoDone)
	if done, err := shown(ctx, book, mark); err != nil || done {
		return err
	}
	files, err := fs.Sub(demo, "demo")
	if err != nil {
		return err
	}
	if err := season.Import(ctx, book, files, mark+"-results", progress("Demo season")); err != nil {
		return err
	}
	if err := settle(ctx, book); err != nil {
		return err
	}
	return os.WriteFile(mark, nil, 0o644)
}

// shown says whether the demo is complete: marked, and its plafonds are in the database, which may be a new one.
func shown(ctx context.Context, book *portal.Book, mark string) (bool, error) {
	if _, err := os.Stat(mark); err != nil {
		return false, nil
	}
	ministry, err := book.For(auth.AllAdministrations, "plafonds:assign")
	if err != nil {
		return false, err
	}
	var plafonds struct {
		Items []struct{} `json:"items"`
	}
	err = ministry.Do(ctx, portal.Call{Method: http.MethodGet, Path: "/concessions/v1/plafonds", Into: &plafonds})
	return len(plafonds.Items) > 0, err
}

// settle hands the demo's decrees to INPS and lets the simulator answer all of them.
func settle(ctx context.Context, book *portal.Book) error {
	decrees, err := season.Transmit(ctx, book, progress("To INPS"))
	if err != nil {
		return err
	}
	client, err := book.For(auth.AllAdministrations, inps.Scope)
	if err != nil {
		return err
	}
	show, answered := progress("Payments"), 0
	simulator := inps.New(client, func(inps.Answer, error) {
		answered++
		show(answered, max(decrees, answered))
	})
	for answered < decrees {
		if _, err := simulator.Round(ctx, 1); err != nil {
			return err
		}
	}
	return nil
}
