package domain

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
)

// The ModI patterns that a route may require (AgID, Linee guida interoperabilità).
const (
	IntegrityPattern = "INTEGRITY_REST_02" // the body is signed by the client
	AuditPattern     = "AUDIT_REST_02"     // the client says which user acts, bound to the voucher
)

// SpentSignature goes before the client's name where the id of a signature is spent, so that no assertion of the
// same id is: no name has a colon.
const SpentSignature = "signature:"

// Requirement says which patterns calls must follow. An empty list covers all.
type Requirement struct {
	Methods  []string
	Path     []string // segments that the path begins with; "*" is any one
	Issuers  []string // kinds of issuer
	Clients  []string // kinds of client
	Patterns []string
}

// Requirements are those of all routes.
type Requirements []Requirement

// Call is what a requirement looks at.
type Call struct {
	Method string
	Path   string
	Issuer string // kind of the token's issuer
	Client string // kind of the client
}

// Require says whether some requirement wants the pattern of the call.
func (all Requirements) Require(pattern string, c Call) bool {
	return slices.ContainsFunc(all, func(r Requirement) bool { return slices.Contains(r.Patterns, pattern) && r.covers(c) })
}

func (r Requirement) covers(c Call) bool {
	return covers(r.Methods, c.Method) && covers(r.Issuers, c.Issuer) && covers(r.Clients, c.Client) && begins(c.Path, r.Path)
}

func covers(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }

func begins(path string, with []string) bool {
	segments := Segments(path)
	if len(segments) < len(with) {
		return false
	}
	for i, want := range with {
		if want != "*" && want != segments[i] {
			return false
		}
	}
	return true
}

// Segments parts a path at its slashes.
func Segments(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

// Pseudonym stands for a user whom a client names in its evidence: the same user of the same client has always the
// same one, and without the key nobody gets from it to the user.
func Pseudonym(key []byte, client, user string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(client + "\x00" + user))
	return "u_" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:24])
}
