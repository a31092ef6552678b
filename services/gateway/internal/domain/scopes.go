package domain

// The scopes of the registry itself.
const (
	ScopeRead    = "clients:read"
	ScopePropose = "clients:propose"
	ScopeApprove = "clients:approve"
)
