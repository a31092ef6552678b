package italia

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestTaxCodesOfTheReferenceVectors(t *testing.T) {
	t.Parallel()
	n := 0
	require.NoError(t, each("codice_fiscale_vectors.csv", func(r []string) {
		n++
		require.Equal(t, r[1] == "true", ValidTaxCode(r[0]) || ValidCompanyCode(r[0]), "%q: %s", r[0], r[2])
	}))
	require.Greater(t, n, 60)
}

func TestOneWrongCharacterIsNoticedByTheForm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		code := []byte("RSSMRA85T10A562S")
		at := rapid.IntRange(0, 15).Draw(t, "at")
		code[at] = rapid.SampledFrom([]byte("abcxyz -_.")).Draw(t, "by")
		require.False(t, ValidTaxCode(string(code)))
	})
}

func TestCompanyCodes(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"12345678903": true, "00743110157": true, "80078750587": true,
		"12345678901": false, "00000000000": false, "1234567890": false, "1234567890A": false, "": false,
	} {
		require.Equal(t, want, ValidCompanyCode(code), code)
	}
}

func TestPlacesOf2011(t *testing.T) {
	t.Parallel()
	a, err := Load()
	require.NoError(t, err)
	require.Len(t, a.territory, 110)
	require.Len(t, a.sections, 21)
	for province, want := range map[string]string{"BZ": "P21", "TN": "P22", "MI": "03", "BT": "16"} {
		got, ok := a.Territory(province)
		require.True(t, ok)
		require.Equal(t, want, got)
	}
	_, ok := a.Territory("XX")
	require.False(t, ok)
	_, ok = a.Administration(Ministry)
	require.True(t, ok)
}
