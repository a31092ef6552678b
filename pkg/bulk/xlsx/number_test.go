package xlsx

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNumbersAreWrittenOut(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"20": "20", "20.0": "20", "2E1": "20", "2e+1": "20", "2000E-2": "20", " 20 ": "20", "+20": "20", "-20.00": "-20", "0020": "20", "20.": "20", ".5": "0.5",
		"0": "0", "-0": "0", "0.000": "0", "0E9": "0", "1.1000000000000001": "1.1", "0.30000000000000004": "0.3", "20.000000000000004": "20", "19.999999999999996": "20",
		"9.9999999999999999": "10", "-0.00099999999999999999": "-0.001", "1234567.8899999999": "1234567.89", "1.2E-3": "0.0012", "200.5": "200.5",
		"1234567890123456789012345": "1234567890123456789012345", "1.5E39": "1500000000000000000000000000000000000000", "1E300": "1E300", "1E-300": "1E-300",
	} {
		got, ok := decimal(raw)
		require.True(t, ok, raw)
		require.Equal(t, want, got, raw)
	}
	for _, raw := range []string{"", " ", ".", "-", "E1", "1E", "1E1.5", "1,5", "1.2.3", "--1", "0x10", "NaN", "Inf", "1 2", "1E99999999999", "١"} {
		_, ok := decimal(raw)
		require.False(t, ok, "%q", raw)
	}
}

// TestWholeNumbersKeepTheirValue compares with exact fractions: no digit of a whole number is lost.
func TestWholeNumbersKeepTheirValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.StringMatching(`-?[0-9]{1,12}(\.[0-9]{0,3})?(E[0-9]{1,2})?`).Draw(t, "raw")
		want, ok := new(big.Rat).SetString(strings.Replace(raw, ".E", "E", 1))
		require.True(t, ok)
		written, ok := decimal(raw)
		require.True(t, ok)
		got, ok := new(big.Rat).SetString(written)
		require.True(t, ok, written)
		require.Zero(t, want.Cmp(got), "%s is not %s", raw, written)
	})
}

func TestWhichFormatsShowDays(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"yyyy-mm-dd": true, "dd/mm/yyyy": true, `d"."m"."yy`: true, "[$-410]d mmmm yyyy;@": true, "DD.MM.YYYY HH:MM": true, "mmm": true, "[$-F800]dddd, mmmm dd, yyyy": true,
		"General": false, "Standard": false, "@": false, "0.00": false, "0.00E+00": false, `#,##0 "day"`: false, "[Red]0": false, "h:mm AM/PM": false, "[h]:mm:ss": false,
		"mm:ss": false, `0\d`: false, "0_d": false, "0*y": false, "0;yyyy": false, `0"yy`: false, "[y": false, "": false, `\`: false,
	} {
		require.Equal(t, want, showsDate(code), code)
	}
}

func TestTheNamesOfCells(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][2]int{"A1": {0, 1}, "Z9": {25, 9}, "AA10": {26, 10}, "$B$7": {1, 7}, "XFD1048576": {16383, 1048576}} {
		column, row, ok := place(name)
		require.True(t, ok, name)
		require.Equal(t, want, [2]int{column, row}, name)
		require.Equal(t, strings.TrimRight(strings.ReplaceAll(name, "$", ""), "0123456789"), ColumnName(column))
	}
	for _, name := range []string{"", "A", "1", "a1", "A0", "A-1", "A+1", "XFE1", "AAAA1", "A1048577", "A1B", "A 1"} {
		_, _, ok := place(name)
		require.False(t, ok, name)
	}
}
