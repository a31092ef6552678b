package houserules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The longest that a piece may be; a table of test cases may be longer than a function that works.
const (
	maxFile         = 250
	maxFunction     = 40
	maxTestFunction = 60
)

func TestFilesAndFunctionsAreShort(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.generated {
			continue
		}
		if s.lines > maxFile {
			t.Errorf("%s has %d lines, at most %d", s.path, s.lines, maxFile)
		}
		limit := maxFunction
		if s.test {
			limit = maxTestFunction
		}
		for name, lines := range s.functions {
			if lines > limit {
				t.Errorf("%s: %s has %d lines, at most %d", s.path, name, lines, limit)
			}
		}
	}
}

func TestDocumentsAreShort(t *testing.T) {
	t.Parallel()
	limits := map[string]int{"README.md": 150, "docs/ARCHITECTURE.md": 300}
	records, err := filepath.Glob(filepath.Join(root, "docs/adr/*.md"))
	if err != nil || len(records) == 0 {
		t.Fatal("no decision records", err)
	}
	for _, r := range records {
		limits["docs/adr/"+filepath.Base(r)] = 60
	}
	for name, limit := range limits {
		if n := strings.Count(document(t, name), "\n"); n > limit {
			t.Errorf("%s has %d lines, at most %d", name, n, limit)
		}
	}
}

// TestPackagesAreNamedForWhatTheyDo refuses the names under which everything ends up.
func TestPackagesAreNamedForWhatTheyDo(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		switch last := filepath.Base(s.pkg); last {
		case "util", "utils", "common", "helper", "helpers", "misc", "shared":
			t.Errorf("%s: %s says nothing", s.path, last)
		}
	}
}

func document(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
