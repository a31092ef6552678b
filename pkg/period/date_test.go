package period

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestDatesSurviveJSONAndSQL(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := Date(rapid.IntRange(-700000, 2900000).Draw(t, "days"))
		text, err := json.Marshal(d)
		require.NoError(t, err)
		stored, err := d.Value()
		require.NoError(t, err)
		var fromJSON, fromSQL, fromText Date
		require.NoError(t, json.Unmarshal(text, &fromJSON))
		require.NoError(t, fromSQL.Scan(stored))
		require.NoError(t, fromText.Scan(d.String()))
		require.Equal(t, []Date{d, d, d}, []Date{fromJSON, fromSQL, fromText})
		require.Equal(t, d, FromTime(d.Time()))
	})
}

func TestWhatIsNoDateLeavesTheDateAlone(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a number": `20100101`, "an instant": `"2010-01-01T00:00:00Z"`, "no such day": `"2010-02-29"`, "spaces": `" 2010-01-01"`, "empty": `""`,
	} {
		d := Of(2011, time.May, 4)
		require.Error(t, json.Unmarshal([]byte(text), &d), name)
		require.Equal(t, "2011-05-04", d.String(), name)
	}
	var d Date
	require.Error(t, d.Scan(int64(5)))
	require.NoError(t, d.Scan([]byte("2010-01-01")))
}

func TestAnErrorDoesNotRepeatTheInput(t *testing.T) {
	t.Parallel()
	_, err := Parse("RSSMRA85T10A562S")
	require.Error(t, err)
	require.NotContains(t, err.Error(), "RSSMRA")
}

func TestDatesGoToPostgreSQLAsDates(t *testing.T) {
	t.Parallel()
	m := pgtype.NewMap()
	for _, format := range []int16{pgtype.TextFormatCode, pgtype.BinaryFormatCode} {
		raw, err := m.Encode(pgtype.DateArrayOID, format, []Date{Of(2010, 1, 11), Of(2012, 2, 29)}, nil)
		require.NoError(t, err)
		var back []Date
		require.NoError(t, m.Scan(pgtype.DateArrayOID, format, raw, &back))
		require.Equal(t, []Date{Of(2010, 1, 11), Of(2012, 2, 29)}, back)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("2010-01-11")
	f.Add("2011-02-29")
	f.Add("0000-00-00")
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := Parse(s); err == nil && d.String() != s {
			t.Fatalf("%q was read as %s", s, d)
		}
	})
}
