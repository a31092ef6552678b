package portal_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/services/suite/internal/portal"
)

func TestARefusalIsReadByPeople(t *testing.T) {
	t.Parallel()
	field := func(pointer string) any {
		return map[string]any{"pointer": pointer, "code": "taken", "detail": "taken already"}
	}
	r := &portal.Refusal{Status: 409, Problem: map[string]any{"code": "already-exists", "detail": "It is there."}}
	require.EqualError(t, r, "refused with 409 already-exists: It is there.")
	r.Problem["errors"] = []any{field("/year"), field("/region")}
	require.EqualError(t, r, "refused with 409 already-exists: It is there. (/year taken already; /region taken already)")
}
