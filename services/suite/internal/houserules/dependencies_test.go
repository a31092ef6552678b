package houserules

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var required = regexp.MustCompile(`(?m)^(?:require )?\s*([a-z0-9.-]+\.[a-z]+/\S+) v`)

// justified is the first column of the table in docs/dependencies.md.
var justified = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|")

// modules returns the foreign modules of the go.mod files, those of tools too.
func modules(t *testing.T) []string {
	t.Helper()
	files := []string{"openapi/go.mod", "pkg/go.mod"}
	services, err := filepath.Glob(filepath.Join(root, "services/*/go.mod"))
	if err != nil || len(services) == 0 {
		t.Fatal("no services", err)
	}
	for _, s := range services {
		files = append(files, "services/"+filepath.Base(filepath.Dir(s))+"/go.mod")
	}
	tools, err := filepath.Glob(filepath.Join(root, "tools/*/go.mod"))
	if err != nil || len(tools) == 0 {
		t.Fatal("no tools", err)
	}
	for _, s := range tools {
		files = append(files, "tools/"+filepath.Base(filepath.Dir(s))+"/go.mod")
	}
	found := map[string]bool{}
	for _, f := range files {
		for _, m := range required.FindAllStringSubmatch(document(t, f), -1) {
			found[m[1]] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// direct returns those of the modules that a file of ours imports: the comment `// indirect` is not believed.
func direct(modules []string, files []source) []string {
	used := map[string]bool{}
	for _, s := range files {
		for _, i := range s.imports {
			if m := owner(modules, i); m != "" {
				used[m] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(used))
}

// owner is the module with the longest path that holds the package.
func owner(modules []string, imported string) (best string) {
	for _, m := range modules {
		if under(imported, m) && len(m) > len(best) {
			best = m
		}
	}
	return best
}

func TestEveryDependencyIsJustified(t *testing.T) {
	t.Parallel()
	var listed []string
	for _, m := range justified.FindAllStringSubmatch(document(t, "docs/dependencies.md"), -1) {
		listed = append(listed, m[1])
	}
	used := direct(modules(t), sources(t))
	if len(used) < 10 {
		t.Fatalf("only %v were found", used)
	}
	for _, m := range used {
		if !slices.Contains(listed, m) {
			t.Errorf("docs/dependencies.md does not say why %s is needed", m)
		}
	}
	for _, m := range listed {
		if !slices.Contains(used, m) {
			t.Errorf("docs/dependencies.md lists %s, which nothing imports", m)
		}
	}
}

func TestTheLongestModuleOwnsAPackage(t *testing.T) {
	t.Parallel()
	all := []string{"gorm.io/gorm", "gorm.io/driver/postgres", "github.com/jackc/pgx/v5"}
	for imported, want := range map[string]string{
		"gorm.io/gorm/logger": "gorm.io/gorm", "gorm.io/driver/postgres": "gorm.io/driver/postgres",
		"github.com/jackc/pgx/v5/pgconn": "github.com/jackc/pgx/v5", "github.com/jackc/pgx/v50": "", "strings": "",
	} {
		if got := owner(all, imported); got != want {
			t.Errorf("%s: got %q, want %q", imported, got, want)
		}
	}
}

// TestModulesAreInTheWorkspace wants each module of ours in go.work, and its siblings required and replaced, so that it also builds alone.
func TestModulesAreInTheWorkspace(t *testing.T) {
	t.Parallel()
	work := document(t, "go.work")
	for _, s := range []string{"docs", "openapi", "pkg", "services/gateway", "services/concessions", "services/lsu", "services/suite"} {
		if !strings.Contains(work, "./"+s+"\n") {
			t.Errorf("go.work lacks ./%s", s)
		}
	}
}
