// Package houserules holds the rules of the house that no compiler knows, as tests over the whole tree: who may
// import whom, how long a file may be, and that the documents tell the truth.
package houserules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const root = "../../../.."

// source is one Go file: its package as imported in the workspace, what it imports, and its declarations.
type source struct {
	path      string // from the root of the repository
	pkg       string // w2w/services/gateway/internal/rest
	test      bool
	generated bool
	lines     int
	imports   []string
	functions map[string]int // lines of each
}

// sources reads every Go file of the repository.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "bin") {
			return fs.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		s, err := read(path)
		all = append(all, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func read(path string) (source, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return source{}, err
	}
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, path, text, parser.ParseComments)
	if err != nil {
		return source{}, err
	}
	from, err := filepath.Rel(root, path)
	if err != nil {
		return source{}, err
	}
	s := source{
		path: filepath.ToSlash(from), pkg: "w2w/" + filepath.ToSlash(filepath.Dir(from)), test: strings.HasSuffix(path, "_test.go"),
		generated: ast.IsGenerated(f), lines: strings.Count(string(text), "\n"), functions: map[string]int{},
	}
	for _, i := range f.Imports {
		name, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return s, err
		}
		s.imports = append(s.imports, name)
	}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			s.functions[fn.Name.Name] = files.Position(fn.End()).Line - files.Position(fn.Pos()).Line + 1
		}
	}
	return s, nil
}

// under says whether the import path is the prefix or lies below it.
func under(path, prefix string) bool { return path == prefix || strings.HasPrefix(path, prefix+"/") }

func underAny(path string, prefixes []string) bool {
	for _, p := range prefixes {
		if under(path, p) {
			return true
		}
	}
	return false
}
