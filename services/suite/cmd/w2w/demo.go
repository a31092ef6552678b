package main

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"w2w/pkg/auth"
	"w2w/pkg/period"
	"w2w/services/suite/internal/house"
	"w2w/services/suite/internal/inps"
	"w2w/services/suite/internal/lsupool"
	"w2w/services/suite/internal/portal"
	"w2w/services/suite/internal/season"
)

//go:embed demo/*.csv demo/lsu-pool/*.csv
var demo embed.FS

// demos are what a new house shows, in the order in which it does. A file of the name of the mark in the data folder
// says that the demo is complete.
var demos = []struct {
	mark, folder, name string
	trace              string // a list that has something in it where the demo was imported
	bring              importer
	settle             func(ctx context.Context, book *portal.Book) error
}{
	{"demo-season", "demo", "Demo season", "/concessions/v1/plafonds", season.Import, settle},
	{"demo-pool", "demo/lsu-pool", "Demo pool", "/lsu/v1/conventions", lsupool.Import, payPool},
}

// showDemo imports each demo once in the life of a database, and has it paid. Broken off, it goes on at the next
// start.
func showDemo(ctx context.Context, url, dir string) error {
	credentials, err := auth.ReadClients(filepath.Join(dir, house.ClientsFile))
	if err != nil {
		return err
	}
	book := portal.NewBook(url, credentials)
	for _, d := range demos {
		mark := filepath.Join(dir, d.mark)
		done, err := shown(ctx, book, mark, d.trace)
		if err != nil {
			return err
		}
		if done {
			continue
		}
		files, err := fs.Sub(demo, d.folder)
		if err != nil {
			return err
		}
		if err := d.bring(ctx, book, files, mark+"-results", progress(d.name)); err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
		if err := d.settle(ctx, book); err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
		if err := os.WriteFile(mark, nil, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// shown says whether a demo is complete: marked, and in the database, which may be a new one.
func shown(ctx context.Context, book *portal.Book, mark, trace string) (bool, error) {
	if _, err := os.Stat(mark); err != nil {
		return false, nil
	}
	ministry, err := book.For(auth.AllAdministrations, "plafonds:assign")
	if err != nil {
		return false, err
	}
	var found struct {
		Items []struct{} `json:"items"`
	}
	err = ministry.Do(ctx, portal.Call{Method: http.MethodGet, Path: trace, Into: &found})
	return len(found.Items) > 0, err
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

// payPool lets INPS pay the first two months of the pool.
func payPool(ctx context.Context, book *portal.Book) error {
	client, err := book.For(auth.AllAdministrations, inps.Scope)
	if err != nil {
		return err
	}
	first := period.MonthOf(period.Of(2010, 1, 1))
	for _, month := range []period.Month{first, first + 1} {
		if _, err := inps.PayPool(ctx, client, month); err != nil {
			return err
		}
	}
	return nil
}
