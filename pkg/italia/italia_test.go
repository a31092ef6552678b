package italia

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCompanyCodes(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"12345678903": true, "00743110157": true, "80078750587": true,
		"12345678901": false, "00000000000": false, "1234567890": false, "1234567890A": false, "": false,
		"123456789030": false, "１2345678903": false,
	} {
		require.Equal(t, want, ValidCompanyCode(code), code)
	}
}

func TestOneWrongDigitOfACompanyCodeIsNoticed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		code := []byte("00743110157")
		at := rapid.IntRange(0, 10).Draw(t, "at")
		was := code[at]
		code[at] = byte(rapid.IntRange('0', '9').Draw(t, "digit"))
		require.Equal(t, code[at] == was, ValidCompanyCode(string(code)))
	})
}

func TestMatricole(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]bool{
		"9496322419": true, "949632241": false, "94963224190": false, "949632241A": false, "": false, " 496322419": false,
	} {
		require.Equal(t, want, ValidMatricola(number), number)
	}
}

func TestPlacesOf2011(t *testing.T) {
	t.Parallel()
	a, err := Load()
	require.NoError(t, err)
	require.Len(t, a.territory, 110)
	require.Len(t, a.sections, 21)
	require.Len(t, a.Administrations(), 23)
	for province, want := range map[string]string{"BZ": "P21", "TN": "P22", "MI": "03", "BT": "16", "OT": "20", "AO": "02"} {
		got, ok := a.Territory(province)
		require.True(t, ok)
		require.Equal(t, want, got, province)
	}
	for _, unknown := range []string{"XX", "mi", "", "SU"} {
		_, ok := a.Territory(unknown)
		require.False(t, ok, unknown)
	}
}

func TestEveryTerritoryIsAnAdministration(t *testing.T) {
	t.Parallel()
	a, err := Load()
	require.NoError(t, err)
	for province, territory := range a.territory {
		x, ok := a.Administration(territory)
		require.True(t, ok, province)
		require.NotEqual(t, "MINISTERO", x.Kind)
	}
	x, ok := a.Administration(Ministry)
	require.True(t, ok)
	require.Equal(t, "MINISTERO", x.Kind)
	_, ok = a.Administration("99")
	require.False(t, ok)
}

func TestSectionsOfATECO(t *testing.T) {
	t.Parallel()
	a, err := Load()
	require.NoError(t, err)
	name, ok := a.Section("F")
	require.True(t, ok)
	require.Equal(t, "Costruzioni", name)
	_, ok = a.Section("Z")
	require.False(t, ok)
}

func TestAnActIsHeadedByTheNameOfItsOffice(t *testing.T) {
	t.Parallel()
	a, err := Load()
	require.NoError(t, err)
	for code, want := range map[string]string{"18": "Regione Calabria", "P22": "Provincia autonoma di Trento", Ministry: "Ministero del Lavoro e delle Politiche Sociali", "77": "77"} {
		require.Equal(t, want, a.Office(code))
	}
}
