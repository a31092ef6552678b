package italia

import (
	"encoding/csv"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// spelledOut is the form as the rules of the season print it.
var spelledOut = regexp.MustCompile(`^[A-Z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]$`)

func vectors(t testing.TB) [][]string {
	t.Helper()
	f, err := os.Open("testdata/codice_fiscale_vectors.csv")
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.Greater(t, len(rows), 60)
	return rows[1:]
}

func TestTaxCodesOfTheReferenceVectors(t *testing.T) {
	t.Parallel()
	for _, r := range vectors(t) {
		code, reason, valid := r[0], r[2], r[1] == "true"
		ofFirm := strings.HasPrefix(strings.TrimPrefix(reason, "OK_"), "NUMERIC_11")
		require.Equal(t, valid && !ofFirm, ValidTaxCode(code), "%q: %s", code, reason)
		require.Equal(t, valid && ofFirm, ValidCompanyCode(code), "%q: %s", code, reason)
	}
}

func TestDatesOfBirth(t *testing.T) {
	t.Parallel()
	for middle, want := range map[string]bool{
		"80A01": true, "80A31": true, "80A32": false, "80A00": false, "80A40": false, "80A41": true, "80A71": true, "80A72": false,
		"84B29": true, "85B29": false, "00B29": true, "84B69": true, "85B68": true, "85B69": false, "80D31": false, "80D30": true,
		"U4BN9": true, "8RBN9": false,
	} {
		code := "RSSMRA" + middle + "H501"
		require.Equal(t, want, ValidTaxCode(code+string(checkCharacter(code))), middle)
	}
}

func TestAnyWrongCheckCharacterIsRefused(t *testing.T) {
	t.Parallel()
	for c := byte('A'); c <= 'Z'; c++ {
		require.Equal(t, c == 'S', ValidTaxCode("RSSMRA85T10A562"+string(c)), string(c))
	}
}

func TestTheFormIsThatOfTheRules(t *testing.T) {
	t.Parallel()
	valid := [][]byte{[]byte("RSSMRA85T10A562S"), []byte("KWXDRKSMCLMFUPVS")}
	rapid.Check(t, func(t *rapid.T) {
		code := append([]byte(nil), rapid.SampledFrom(valid).Draw(t, "code")...)
		code[rapid.IntRange(0, 15).Draw(t, "at")] = byte(rapid.IntRange(0, 255).Draw(t, "by"))
		require.Equal(t, spelledOut.Match(code), hasForm(string(code)), "%q", code)
	})
}

// FuzzCF is row 23 of the catalogue: a code that is taken has the form of the rules and the right check character,
// whatever stands for its digits; nothing that only looks like it is taken.
func FuzzCF(f *testing.F) {
	for _, r := range vectors(f) {
		f.Add(r[0])
	}
	for _, seed := range []string{"RSSMRA85T10A562S", "rssmra85t10a562s", " RSSMRA85T10A562S", "RSSMRA85T10A562S\n", "RSSMRA85T10A562\u0405", "\u0420SSMRA85T10A562S",
		"RSSMRA85T10A56\uff12S", "RSSMRA85T10A562S\x00", "KWXDRKSMCLMFUPVS", "RSSMRA85T10A5S2S", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, code string) {
		valid := ValidTaxCode(code)
		switch {
		case valid && !spelledOut.MatchString(code):
			t.Fatalf("%q has not the form", code)
		case valid && ValidCompanyCode(code):
			t.Fatalf("%q is a person's code and a firm's", code)
		case valid && ValidTaxCode(code[:15]+string('A'+(code[15]-'A'+1)%26)):
			t.Fatalf("%q has two check characters", code)
		case valid && code != strings.ToUpper(strings.TrimSpace(code)):
			t.Fatalf("%q is taken in two ways of writing", code)
		}
	})
}

func BenchmarkValidTaxCode(b *testing.B) {
	for b.Loop() {
		ValidTaxCode("KWXDRKSMCLMFUPVS")
	}
}
