package fault_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/fault"
)

// TestEveryCodeIsExplained reads docs/problems.md, to whose headings the type of each problem points.
func TestEveryCodeIsExplained(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/problems.md")
	require.NoError(t, err)
	sections := map[string]string{}
	for _, part := range strings.Split(string(data), "\n## ")[1:] {
		head, body, _ := strings.Cut(part, "\n")
		_, twice := sections[head]
		require.False(t, twice, "two entries for %s", head)
		sections[head] = body
	}
	for _, code := range fault.Codes() {
		body, ok := sections[string(code)]
		require.True(t, ok, "no entry for %s", code)
		delete(sections, string(code))
		for _, word := range []string{"Causa", "Rimedio", "Cause", "Remedy"} {
			require.Regexp(t, regexp.MustCompile(`(?m)^- \*\*`+word+`\*\*: \S.{15,}`), body, "%s: %s", code, word)
		}
		require.Regexp(t, `(?m)^HTTP \d{3}$`, body)
		require.Contains(t, body, fmt.Sprintf("HTTP %d\n", code.Status()), "%s: status", code)
	}
	require.Empty(t, sections, "entries for codes that don't exist")
}

func TestCatalogueIsWhole(t *testing.T) {
	t.Parallel()
	for _, code := range fault.Codes() {
		require.Regexp(t, `^[a-z]+(-[a-z]+)*$`, string(code))
		require.GreaterOrEqual(t, code.Status(), 400)
		require.NotEmpty(t, code.Title().IT, code)
		require.NotEmpty(t, code.Title().EN, code)
	}
	require.Equal(t, 500, fault.Code("unheard-of").Status())
}
