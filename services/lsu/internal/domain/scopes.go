package domain

import (
	"w2w/pkg/auth"
	"w2w/pkg/fault"
)

// The scopes of lsu: a role is a scope.
const (
	ScopeRead     = "pool:read"
	ScopeUpload   = "pool:upload"
	ScopeSubmit   = "months:submit"
	ScopeClose    = "months:close"
	ScopePeople   = "people:read"
	ScopeINPS     = "inps:exchange"
	ScopeAssign   = "plafonds:assign"
	ScopePlafonds = "plafonds:read"
	ScopeEvents   = "events:read"
	ScopeRules    = "parameters:write"
)

// ForAllRegions refuses who acts for one Region: which entities there are, and who is in the pool, is stated for
// all of them at once.
func ForAllRegions(by auth.Identity) error {
	if by.Administration == auth.AllAdministrations {
		return nil
	}
	return fault.New(fault.ScopeMissing, "Il registro è tenuto per tutte le Regioni insieme.", "The registry is kept for all Regions together.")
}
