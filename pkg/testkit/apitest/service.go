// Package apitest runs a service on a real database and calls it as the gateway does. Every answer is held against
// the service's contract, and at the end of a test every event against its schema and every line of the log against
// what it must not tell.
package apitest

import (
	"io/fs"
	"net/http"
	"regexp"

	"w2w/pkg/auth"
	"w2w/pkg/database"
)

// Process is a service that was started.
type Process interface {
	Public() http.Handler
	Close()
}

// Service says how the tests of a service run it. There is one for all tests of a package.
type Service struct {
	Name       string // the schema and the audience of tokens too
	Base       string // the path under which it is served
	Spec       []byte // the contract
	Events     fs.FS  // has events/<type>.json and events/common.json
	Migrations []database.Set
	Scopes     []string // what a caller has unless a test says otherwise
	People     string   // a regular expression of the names in the tests' data
	Bodies     []string // the types of events that name a public body; no other has a name in it

	// Start runs a process of the service on the house's database, with the keys of tokens.
	Start func(h *House, keys auth.KeySource) (Process, error)
	// Check judges what a test left in the database.
	Check func(h *House)

	once
}

// taxCode is the form of a person's codice fiscale.
const taxCode = `\b[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]\b`

// Person is what no event holds: a name of the tests' data, or a codice fiscale.
func (s *Service) Person() *regexp.Regexp {
	return regexp.MustCompile(`(?i)` + s.People + `|` + taxCode)
}

// secret is what no line of a log holds: a person, or the beginning of a token.
func (s *Service) secret() *regexp.Regexp {
	return regexp.MustCompile(s.Person().String() + `|eyJ[\w-]{10}`)
}
