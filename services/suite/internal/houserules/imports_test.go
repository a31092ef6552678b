package houserules

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The libraries that only some rooms may know.
var (
	sqlLibraries = []string{"database/sql", "github.com/jackc/pgx", "gorm.io"}
	webLibraries = []string{"net/http", "github.com/gin-gonic", "go.uber.org/zap"}
)

// domainMay lists all that a domain room may import besides the standard library without net and SQL: what
// it decides must be readable and testable without a server. A package below one of these is another one.
var domainMay = []string{
	"github.com/google/uuid", "github.com/golang-jwt/jwt/v5",
	"w2w/pkg/auth", "w2w/pkg/clock", "w2w/pkg/fault", "w2w/pkg/fsm", "w2w/pkg/italia", "w2w/pkg/money",
	"w2w/pkg/params", "w2w/pkg/period",
}

// breach says which law the import breaks, or nothing.
func breach(pkg, imported string) string {
	service, room := place(pkg)
	switch {
	case under(pkg, "w2w/pkg") && under(imported, "w2w/services"):
		return "pkg knows no service"
	case service != "" && service != "suite" && foreign(service, imported):
		return "services meet in suite alone"
	case service == "":
		return ""
	case room == "domain" && !allowedInDomain(imported):
		return "domain is free of transport, storage and logging"
	case room == "domain" && underAny(imported, rooms(service, "rest", "store", "follow")):
		return "domain knows no other room"
	case room == "store" && underAny(imported, append(rooms(service, "rest"), webLibraries...)):
		return "store knows no transport"
	case room != "store" && service != "suite" && underAny(imported, sqlLibraries):
		return "store is the only room with SQL"
	}
	return ""
}

// place splits the path of a package into service and room; a package that is no room has an empty one.
func place(pkg string) (service, room string) {
	rest, ok := strings.CutPrefix(pkg, "w2w/services/")
	if !ok {
		return "", ""
	}
	parts := strings.Split(rest, "/")
	if len(parts) >= 3 && parts[1] == "internal" {
		return parts[0], parts[2]
	}
	return parts[0], ""
}

func rooms(service string, names ...string) []string {
	var out []string
	for _, n := range names {
		out = append(out, "w2w/services/"+service+"/internal/"+n)
	}
	return out
}

func foreign(service, imported string) bool {
	return under(imported, "w2w/services") && !under(imported, "w2w/services/"+service)
}

func allowedInDomain(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(first, ".") && first != "w2w" {
		return !underAny(imported, append([]string{"net/http", "log"}, sqlLibraries...))
	}
	own := strings.Contains(imported, "/internal/domain")
	return own || slices.Contains(domainMay, imported)
}

func TestImportsKeepTheLaw(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		_, room := place(s.pkg)
		seen[room]++
		for _, i := range s.imports {
			if law := breach(s.pkg, i); law != "" {
				t.Errorf("%s imports %s: %s", s.path, i, law)
			}
		}
	}
	for _, room := range []string{"rest", "domain", "store"} {
		if seen[room] == 0 {
			t.Errorf("no file of a room %s was looked at", room)
		}
	}
}

func TestTheLawIsNotBlind(t *testing.T) {
	t.Parallel()
	cases := []struct{ pkg, imported, law string }{
		{"services/x/internal/domain", "github.com/gin-gonic/gin", "domain is free"},
		{"services/x/internal/domain", "gorm.io/gorm", "domain is free"},
		{"services/x/internal/domain", "go.uber.org/zap", "domain is free"},
		{"services/x/internal/domain", "github.com/jackc/pgx/v5", "domain is free"},
		{"services/x/internal/domain", "net/http", "domain is free"},
		{"services/x/internal/domain", "database/sql", "domain is free"},
		{"services/x/internal/domain", "w2w/pkg/database", "domain is free"},
		{"services/x/internal/domain", "w2w/pkg/params/register", "domain is free"},
		{"services/x/internal/domain", "w2w/services/x/internal/store", "domain is free"},
		{"services/x/internal/domain/rank", "w2w/pkg/httpx", "domain is free"},
		{"services/x/internal/domain", "w2w/pkg/fsm", ""},
		{"services/x/internal/domain", "time", ""},
		{"services/x/internal/rest", "github.com/jackc/pgx/v5", "only room with SQL"},
		{"services/x/internal/rest", "gorm.io/gorm", "only room with SQL"},
		{"services/x/internal/rest", "github.com/gin-gonic/gin", ""},
		{"services/x", "gorm.io/gorm", "only room with SQL"},
		{"services/x/internal/follow", "database/sql", "only room with SQL"},
		{"services/x/internal/store", "gorm.io/gorm", ""},
		{"services/x/internal/store", "github.com/gin-gonic/gin", "no transport"},
		{"services/x/internal/store", "w2w/services/x/internal/rest", "no transport"},
		{"services/x", "w2w/services/y", "suite alone"},
		{"services/suite/internal/house", "w2w/services/y", ""},
		{"pkg/feed", "w2w/services/x", "knows no service"},
		{"pkg/feed", "github.com/jackc/pgx/v5", ""},
	}
	for _, c := range cases {
		t.Run(fmt.Sprint(c.pkg, " ", c.imported), func(t *testing.T) {
			t.Parallel()
			got := breach("w2w/"+c.pkg, c.imported)
			if (c.law == "") != (got == "") || !strings.Contains(got, c.law) {
				t.Errorf("got %q, want %q", got, c.law)
			}
		})
	}
}

// TestServicesHaveOneShape keeps the promise that whoever knows one service knows all.
func TestServicesHaveOneShape(t *testing.T) {
	t.Parallel()
	known := []string{"rest", "domain", "store", "follow", ""}
	for _, s := range sources(t) {
		service, room := place(s.pkg)
		if service != "" && service != "suite" && !slices.Contains(known, room) {
			t.Errorf("%s: a new kind of room needs an ADR", s.path)
		}
	}
}
