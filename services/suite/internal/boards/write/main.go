// Command write writes the dashboards as files of the folder that is named.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"w2w/services/suite/internal/boards"
)

func main() {
	if err := write(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "boards:", err)
		os.Exit(1)
	}
}

func write(folders []string) error {
	if len(folders) != 1 {
		return errors.New("name one folder")
	}
	for _, b := range boards.All() {
		raw, err := b.JSON()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folders[0], b.Name+".json"), raw, 0o644); err != nil {
			return err
		}
	}
	return nil
}
