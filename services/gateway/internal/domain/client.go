// Package domain decides who is a client of the house, which tokens it gets and how often it may call.
package domain

import (
	"crypto/sha256"
	"crypto/subtle"
	"slices"
	"strings"

	"w2w/pkg/auth"
)

// Client is a party that the registry knows. The registry, never a request, says what it may do.
type Client struct {
	ID             string
	Kind           string
	Administration string
	Scopes         []string
	Keys           []auth.JWK // public; several while the client changes its key
	JWKSURI        string     // where its keys are, instead of Keys
	SecretHash     []byte     // development only
	Purposes       []string   // ids of the purposes that it may state; none when it has none
	Rate           *Rate      // its own instead of its kind's
	DailyQuota     int        // calls in a day in Rome over all replicas; 0: as many as it likes
	Bound          bool       // its tokens must be bound to a DPoP key
	State          ClientState
	Version        int
}

// ClientState says whether a client may act.
type ClientState string

// A suspended client may come back; a removed one keeps its id, so that no other party gets it unseen.
const (
	Active    ClientState = "ACTIVE"
	Suspended ClientState = "SUSPENDED"
	Removed   ClientState = "REMOVED"
)

// Narrow returns the scopes asked for, all of the client's when none is; false when one is not the client's.
func (c Client) Narrow(asked string) ([]string, bool) {
	want := strings.Fields(asked)
	if len(want) == 0 {
		return c.Scopes, true
	}
	slices.Sort(want)
	want = slices.Compact(want)
	for _, scope := range want {
		if !slices.Contains(c.Scopes, scope) {
			return nil, false
		}
	}
	return want, true
}

// Still keeps of a token's scopes, separated by blanks, those that the registry grants today: mostly all of them.
func (c Client) Still(scopes string) string {
	gone := func(s string) bool { return !slices.Contains(c.Scopes, s) }
	for s := range strings.FieldsSeq(scopes) {
		if gone(s) {
			return strings.Join(slices.DeleteFunc(strings.Fields(scopes), gone), " ")
		}
	}
	return scopes
}

// HashSecret is how a development secret is kept. The secrets are random and long, so a plain digest serves.
func HashSecret(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// HasSecret compares in constant time; a client without a secret has none that fits.
func (c Client) HasSecret(secret string) bool {
	return len(c.SecretHash) > 0 && subtle.ConstantTimeCompare(c.SecretHash, HashSecret(secret)) == 1
}
