// Package settings reads the W2W_ variables of all programs out of the structs that hold them, for docs/settings.md.
package settings

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
)

// Variable is a setting as its field describes it.
type Variable struct {
	Name, Form, Default, Purpose string
	Required                     bool
}

// Program is what reads a struct of settings.
type Program struct {
	Title  string
	folder string // of the package, in the repository
	of     string // the struct
}

// Programs are all of them. What every service reads is told once.
var Programs = []Program{
	{"Every service", "pkg/app", "Settings"},
	{"gateway", "services/gateway", "Settings"},
	{"concessions", "services/concessions", "Settings"},
	{"lsu", "services/lsu", "Settings"},
	{"`w2w run`", "services/suite/cmd/w2w", "settings"},
	{"`w2w migrate`", "services/suite/cmd/w2w", "owned"},
}

// Variables are the settings of a program, in the order of their fields.
func (p Program) Variables(root string) ([]Variable, error) {
	structs, err := structsIn(filepath.Join(root, p.folder))
	if err != nil {
		return nil, err
	}
	found, err := variables(structs, p.of, "")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.folder, err)
	}
	return found, nil
}

// structsIn are the structs of a package by name.
func structsIn(dir string) (map[string]*ast.StructType, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	found := map[string]*ast.StructType{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if t, ok := n.(*ast.TypeSpec); ok {
				if s, ok := t.Type.(*ast.StructType); ok {
					found[t.Name.Name] = s
				}
			}
			return true
		})
	}
	return found, nil
}

// variables goes through the fields of a struct, and of those inside it that share a prefix.
func variables(structs map[string]*ast.StructType, of, prefix string) (all []Variable, err error) {
	s, ok := structs[of]
	if !ok {
		return nil, fmt.Errorf("there is no struct %s", of)
	}
	for _, f := range s.Fields.List {
		if f.Tag == nil {
			continue
		}
		tag := reflect.StructTag(strings.Trim(f.Tag.Value, "`"))
		if more, nested := tag.Lookup("envPrefix"); nested {
			inner, err := variables(structs, form(f.Type), prefix+more)
			if err != nil {
				return nil, err
			}
			all = append(all, inner...)
		}
		if name, read := tag.Lookup("env"); read {
			v, err := variable(f, tag, prefix+name)
			if err != nil {
				return nil, err
			}
			all = append(all, v)
		}
	}
	return all, nil
}

func variable(f *ast.Field, tag reflect.StructTag, key string) (Variable, error) {
	name, options, _ := strings.Cut(key, ",")
	v := Variable{Name: name, Form: forms[form(f.Type)], Default: tag.Get("envDefault"), Required: options != ""}
	v.Purpose = strings.Join(strings.Fields(f.Doc.Text()+f.Comment.Text()), " ")
	switch {
	case v.Form == "":
		return v, fmt.Errorf("%s has the type %s, which has no words yet", name, form(f.Type))
	case v.Purpose == "":
		return v, fmt.Errorf("no comment says what %s is for", name)
	}
	return v, nil
}

// forms are types in words.
var forms = map[string]string{
	"string": "text", "bool": "`true` or `false`", "int": "number", "int64": "number", "float64": "number", "time.Duration": "time, such as `5s` or `2m`",
	"[]string": "list with commas", "map[string]string": "`name=value` with commas", "zapcore.Level": "`debug`, `info`, `warn` or `error`",
}

// form writes a type as Go does.
func form(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.SelectorExpr:
		return form(t.X) + "." + t.Sel.Name
	case *ast.ArrayType:
		return "[]" + form(t.Elt)
	case *ast.MapType:
		return "map[" + form(t.Key) + "]" + form(t.Value)
	default:
		return fmt.Sprintf("%T", t)
	}
}
