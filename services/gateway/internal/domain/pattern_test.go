package domain_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/services/gateway/internal/domain"
)

func TestRequirementsCoverCalls(t *testing.T) {
	t.Parallel()
	call := domain.Call{Method: "POST", Path: "/concessions/v1/decrees/7/outcomes", Issuer: domain.IssuerPDND, Client: "INPS"}
	for name, tc := range map[string]struct {
		requirement domain.Requirement
		want        bool
	}{
		"everything":        {domain.Requirement{}, true},
		"prefix":            {domain.Requirement{Path: domain.Segments("/concessions/v1")}, true},
		"whole path":        {domain.Requirement{Path: domain.Segments("/concessions/v1/decrees/*/outcomes")}, true},
		"longer":            {domain.Requirement{Path: domain.Segments("/concessions/v1/decrees/*/outcomes/1")}, false},
		"part of a segment": {domain.Requirement{Path: domain.Segments("/concessions/v1/dec")}, false},
		"method":            {domain.Requirement{Methods: []string{"PUT", "POST"}}, true},
		"another method":    {domain.Requirement{Methods: []string{"PUT"}}, false},
		"another issuer":    {domain.Requirement{Issuers: []string{domain.IssuerOwn}}, false},
		"another client":    {domain.Requirement{Clients: []string{"PORTAL"}}, false},
	} {
		tc.requirement.Patterns = []string{domain.AuditPattern}
		all := domain.Requirements{{Path: []string{"lsu"}, Patterns: []string{domain.IntegrityPattern}}, tc.requirement}
		require.Equal(t, tc.want, all.Require(domain.AuditPattern, call), name)
		require.False(t, all.Require(domain.IntegrityPattern, call), name)
	}
}

func TestPseudonymsDependOnUserClientAndKey(t *testing.T) {
	t.Parallel()
	key := []byte("0123456789abcdef0123456789abcdef")
	first := domain.Pseudonym(key, "a", "u")
	require.Equal(t, first, domain.Pseudonym(key, "a", "u"))
	for _, other := range []string{domain.Pseudonym(key, "b", "u"), domain.Pseudonym(key, "a", "v"), domain.Pseudonym(key[1:], "a", "u")} {
		require.NotEqual(t, first, other)
	}
}
