package houserules

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	quoted = regexp.MustCompile("`([^`\n]+)`")
	link   = regexp.MustCompile(`\]\(([^)#: ]+)(?:#[^)]*)?\)`)
	// A path is what has a slash inside or at its end, or the ending of a file; routes begin with a slash.
	path = regexp.MustCompile(`^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+/?$|^[A-Za-z0-9_.-]+/$|^[A-Za-z0-9_-]+\.(md|go|yaml|sh|work)$`)
)

// cited returns the paths that a text has in backquotes.
func cited(text string) []string {
	var out []string
	for _, m := range quoted.FindAllStringSubmatch(text, -1) {
		if path.MatchString(m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

func TestArchitectureCitesWhatExists(t *testing.T) {
	t.Parallel()
	paths := cited(document(t, "docs/ARCHITECTURE.md"))
	if len(paths) < 20 {
		t.Fatalf("only %d paths were found: is the pattern still right?", len(paths))
	}
	for _, p := range paths {
		if _, err := os.Stat(filepath.Join(root, p)); err != nil {
			t.Errorf("docs/ARCHITECTURE.md cites %s: %v", p, err)
		}
	}
}

func TestCitedPathsAreRecognised(t *testing.T) {
	t.Parallel()
	text := "`pkg/feed` `/oauth2/token` `go.work` `at+jwt` `docs/` `w2w run` `rest -> domain` `If-Match`"
	want := []string{"pkg/feed", "go.work", "docs/"}
	if got := cited(text); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLinksBetweenDocumentsLead(t *testing.T) {
	t.Parallel()
	found := 0
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/adr/*.md", "docs/regioni/*.md", "deploy/*.md", "helm/*.md"} {
		names, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range link.FindAllStringSubmatch(string(text), -1) {
				found++
				if _, err := os.Stat(filepath.Join(filepath.Dir(name), m[1])); err != nil {
					t.Errorf("%s links to %s: %v", name, m[1], err)
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d links were found", found)
	}
}

// TestDecisionsAreComplete wants the four parts of a record, and the same number in name and title.
func TestDecisionsAreComplete(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob(filepath.Join(root, "docs/adr/[0-9]*.md"))
	if err != nil || len(names) == 0 {
		t.Fatal("no decision records", err)
	}
	for _, name := range names {
		base := filepath.Base(name)
		text := document(t, "docs/adr/"+base)
		if !strings.HasPrefix(text, "# "+base[:4]+". ") {
			t.Errorf("%s: the title does not begin with its number", base)
		}
		for _, part := range []string{"\n## Context\n", "\n## Decision\n", "\n## Consequences\n", "\nStatus: "} {
			if !strings.Contains(text, part) {
				t.Errorf("%s lacks %q", base, strings.TrimSpace(part))
			}
		}
	}
}
