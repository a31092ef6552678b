package page

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"w2w/pkg/fault"
	"w2w/pkg/period"
)

type place struct {
	at   time.Time
	id   uuid.UUID
	day  period.Date
	code string
}

var (
	newest  = Newest(func(p place) (time.Time, uuid.UUID) { return p.at, p.id })
	monthly = Order[place]{Keys: []Key[place]{
		Day("month", func(p place) period.Date { return p.day }),
		Text("code", regexp.MustCompile(`^[0-9]{2}$`), func(p place) string { return p.code }),
	}}
)

func TestACursorComesBackAsItWent(t *testing.T) {
	t.Parallel()
	p := place{time.Date(2010, 3, 31, 22, 30, 0, 123456000, time.UTC), uuid.New(), period.Of(2010, time.April, 1), "09"}
	at, err := newest.parse(newest.Cursor(p))
	require.NoError(t, err)
	require.Equal(t, []any{p.at, p.id}, at)
	at, err = monthly.parse(monthly.Cursor(p))
	require.NoError(t, err)
	require.Equal(t, []any{p.day, "09"}, at)
	first, err := newest.parse("")
	require.NoError(t, err)
	require.Nil(t, first, "before the first")
}

func TestACursorThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	const id = "018f0000-0000-7000-8000-000000000000"
	for name, plain := range map[string]string{
		"no id":              "1",
		"no time":            id,
		"another id":         "1 " + strings.Repeat("x", 36),
		"an id in braces":    "1 {" + id + "}",
		"more behind it":     "1 " + id + "0",
		"more after a blank": "1 " + id + " 2",
		"before 1970":        "-1 " + id,
		"a second form":      "01 " + id,
		"after the calendar": "9223372036854775807 " + id,
		"beyond an integer":  "92233720368547758070 " + id,
		"SQL":                "1 ' or true --",
		"another list":       "2010-02-01 09",
	} {
		_, err := newest.parse(base64.RawURLEncoding.EncodeToString([]byte(plain)))
		require.True(t, fault.Is(err, fault.RequestInvalid), name)
	}
	good := newest.Cursor(place{})
	for _, rubbish := range []string{"x", "?", "AAAA", "\x00", good + "\n", good + "="} {
		_, err := newest.parse(rubbish)
		require.True(t, fault.Is(err, fault.RequestInvalid), rubbish)
	}
	for _, plain := range []string{"2010-02-30 09", "2010-2-01 09", "2010-02-01", "2010-02-01 ", "2010-02-01 09\x00", "09 2010-02-01", "1 " + id} {
		_, err := monthly.parse(base64.RawURLEncoding.EncodeToString([]byte(plain)))
		require.True(t, fault.Is(err, fault.RequestInvalid), plain)
	}
}

// TestACursorHoldsTextOnly: to a form that takes almost anything, bytes that are no UTF-8 are some character.
func TestACursorHoldsTextOnly(t *testing.T) {
	t.Parallel()
	free := Order[place]{Keys: []Key[place]{Text("code", regexp.MustCompile(`^[^\s\x00]+$`), func(p place) string { return p.code })}}
	at, err := free.parse(free.Cursor(place{code: "Città"}))
	require.NoError(t, err)
	require.Equal(t, []any{"Città"}, at)
	_, err = free.parse("true")
	require.True(t, fault.Is(err, fault.RequestInvalid))
}

func FuzzCursor(f *testing.F) {
	f.Add(newest.Cursor(place{at: time.Unix(1, 0), id: uuid.New()}))
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		if at, err := newest.parse(s); err == nil && s != "" {
			require.Equal(t, s, newest.Cursor(place{at: at[0].(time.Time), id: at[1].(uuid.UUID)}))
		}
	})
}
