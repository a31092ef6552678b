package httpx_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/fault"
	"w2w/pkg/httpx"
)

func TestAnETagIsAVersion(t *testing.T) {
	t.Parallel()
	require.Equal(t, `"7"`, httpx.ETag(7))
	require.NoError(t, httpx.MatchVersion(` "7" `, 7))
	for _, other := range []string{`"6"`, `7`, `W/"7"`, `*`, ``, `"7", "8"`} {
		require.True(t, fault.Is(httpx.MatchVersion(other, 7), fault.ETagStale), other)
	}
}
