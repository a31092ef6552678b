package httpx_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
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

func TestACursorComesBackAsItWent(t *testing.T) {
	t.Parallel()
	at := time.Date(2010, 3, 31, 22, 30, 0, 123456000, time.UTC)
	c := httpx.Cursor{At: at, ID: uuid.NewString()}
	back, err := httpx.ParseCursor(c.String())
	require.NoError(t, err)
	require.Equal(t, c, back)
	require.Empty(t, httpx.Cursor{}.String())
	first, err := httpx.ParseCursor("")
	require.NoError(t, err)
	require.Greater(t, first.At, time.Now(), "before the newest")
}

func TestACursorThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	const id = "018f0000-0000-7000-8000-000000000000"
	for name, plain := range map[string]string{
		"no id":              "1",
		"no time":            id,
		"another id":         "1 " + strings.Repeat("x", 36),
		"more behind it":     "1 " + id + "0",
		"more after a blank": "1 " + id + " 2",
		"before 1970":        "-1 " + id,
		"after the calendar": "9223372036854775807 " + id,
		"beyond an integer":  "92233720368547758070 " + id,
		"SQL":                "1 ' or true --",
	} {
		_, err := httpx.ParseCursor(base64.RawURLEncoding.EncodeToString([]byte(plain)))
		require.True(t, fault.Is(err, fault.RequestInvalid), name)
	}
	for _, rubbish := range []string{"x", "?", "AAAA", "\x00"} {
		_, err := httpx.ParseCursor(rubbish)
		require.True(t, fault.Is(err, fault.RequestInvalid), rubbish)
	}
}

func FuzzParseCursor(f *testing.F) {
	f.Add(httpx.Cursor{At: time.Unix(1, 0), ID: uuid.NewString()}.String())
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := httpx.ParseCursor(s); err == nil && s != "" {
			require.Equal(t, s, c.String())
		}
	})
}
