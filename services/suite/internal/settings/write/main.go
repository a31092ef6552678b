// Command write writes docs/settings.md in the repository that is named.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"w2w/services/suite/internal/settings"
)

func main() {
	if err := write(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "settings:", err)
		os.Exit(1)
	}
}

func write(roots []string) error {
	if len(roots) != 1 {
		return errors.New("name one folder")
	}
	page, err := settings.Page(roots[0])
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(roots[0], "docs/settings.md"), []byte(page), 0o644)
}
