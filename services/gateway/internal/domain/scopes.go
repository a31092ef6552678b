package domain

import "slices"

// The scopes of the registry itself.
const (
	ScopeRead    = "clients:read"
	ScopePropose = "clients:propose"
	ScopeApprove = "clients:approve"
)

// national are scopes with which a client could reach beyond its own Region, or beyond its own time: a Region
// can't hand them out.
var national = []string{ScopePropose, ScopeApprove, "acts:backdate", "inps:exchange", "parameters:write", "plafonds:assign", "pool:upload"}

// regional are the kinds of client that a Region may register.
var regional = []string{"PORTAL", "OPERATOR"}

// beyondARegion returns the index of the first scope that is national, or -1.
func beyondARegion(scopes []string) int {
	return slices.IndexFunc(scopes, func(s string) bool { return slices.Contains(national, s) })
}
