package houserules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// textTakers are the methods of gorm and pgx that take SQL, at first or after a context. Names that the house itself
// gives may be joined to it; what a caller sends may not.
var textTakers = strings.Fields("Raw Exec Where Or Not Having Order Group Joins Select Table Queue Query QueryRow")

// formatted finds the calls that build SQL with a formatting function, which is how input gets into a statement.
func formatted(f *ast.File) (found []token.Pos) {
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		s, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		if slices.Contains(textTakers, s.Sel.Name) && buildsText(statementOf(call.Args)) {
			found = append(found, call.Pos())
		}
		return true
	})
	return found
}

// statementOf is the text among the arguments of a call.
func statementOf(args []ast.Expr) ast.Expr {
	if first, ok := args[0].(*ast.Ident); ok && first.Name == "ctx" && len(args) > 1 {
		return args[1]
	}
	return args[0]
}

// buildsText says whether an expression has a call of fmt or strings in it, as an operand of the text.
func buildsText(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.BinaryExpr:
		return buildsText(x.X) || buildsText(x.Y)
	case *ast.ParenExpr:
		return buildsText(x.X)
	case *ast.CallExpr:
		s, ok := x.Fun.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		from, ok := s.X.(*ast.Ident)
		return ok && from.Name == "fmt" && strings.HasPrefix(s.Sel.Name, "Sprint")
	}
	return false
}

// TestNoSQLIsFormatted is the lint of row 24 of the catalogue.
func TestNoSQLIsFormatted(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, s := range sources(t) {
		if s.test || !strings.HasPrefix(s.pkg, "w2w/services/") && !strings.HasPrefix(s.pkg, "w2w/pkg/") {
			continue
		}
		files := token.NewFileSet()
		f, err := parser.ParseFile(files, filepath.Join(root, s.path), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		seen++
		for _, at := range formatted(f) {
			t.Errorf("%s builds SQL by formatting: give the value as an argument", files.Position(at))
		}
	}
	if seen < 50 {
		t.Errorf("only %d files were looked at", seen)
	}
}

func TestTheLintOfSQLIsNotBlind(t *testing.T) {
	t.Parallel()
	for statement, want := range map[string]int{
		`q.Where(fmt.Sprintf("a = '%s'", x))`:           1,
		`q.Order("a " + fmt.Sprint(x))`:                 1,
		`b.Queue(("select " + fmt.Sprint(x)), y)`:       1,
		`tx.Exec("update a set b = $1", fmt.Sprint(x))`: 0,
		`p.Exec(ctx, fmt.Sprintf("drop %s", x))`:        1,
		`q.Where("a = ?", x)`:                           0,
		`q.Where(column+" = ?", x)`:                     0,
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\nfunc f() { "+statement+" }", 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(formatted(f)); got != want {
			t.Errorf("%s: %d", statement, got)
		}
	}
}
