package main

import (
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
)

const redraw = 100 * time.Millisecond

// progress shows how far a phase is: as a bar on a terminal, elsewhere as a line for each quarter.
func progress(name string) func(done, total int) {
	if info, err := os.Stderr.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return quarters(name)
	}
	bar := progressbar.NewOptions(1, progressbar.OptionSetDescription(fmt.Sprintf("%-11s", name)), progressbar.OptionShowCount(),
		progressbar.OptionThrottle(redraw), progressbar.OptionSetWriter(os.Stderr), progressbar.OptionOnCompletion(func() { fmt.Fprintln(os.Stderr) }))
	return func(done, total int) {
		bar.ChangeMax(total)
		_ = bar.Set(done) // a terminal that can't show it is no failure
	}
}

func quarters(name string) func(done, total int) {
	shown := 0
	return func(done, total int) {
		if quarter := 4 * done / total; quarter > shown {
			shown = quarter
			fmt.Fprintf(os.Stderr, "%-11s %d of %d\n", name, done, total)
		}
	}
}
