package domain

import (
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/fault"
)

func TestClosedSetsTakeOnlyTheirOwn(t *testing.T) {
	t.Parallel()
	parsers := map[string]func(string) (string, bool, error){
		"/instrument": func(s string) (string, bool, error) {
			v, err := ParseInstrument(s)
			return string(v), v.IsZero(), err
		},
		"/concession_type": func(s string) (string, bool, error) {
			v, err := ParseConcessionType(s)
			return string(v), v.IsZero(), err
		},
		"/employer/company_type": func(s string) (string, bool, error) {
			v, err := ParseCompanyType(s)
			return string(v), v.IsZero(), err
		},
	}
	for _, c := range []struct{ pointer, known string }{
		{"/instrument", "CIG_DEROGA"}, {"/instrument", "CIGS_DEROGA"}, {"/instrument", "MOBILITA_DEROGA"},
		{"/concession_type", "I_CONCESSIONE"}, {"/concession_type", "I_PROROGA"}, {"/concession_type", "II_PROROGA"},
		{"/concession_type", "PROROGA_SUCCESSIVA"}, {"/employer/company_type", "ARTIGIANA"}, {"/employer/company_type", "SERVIZI"},
		{"/employer/company_type", "INDUSTRIALE_FINO_15"}, {"/employer/company_type", "INDUSTRIALE_OLTRE_15"},
	} {
		got, zero, err := parsers[c.pointer](c.known)
		require.NoError(t, err)
		require.Equal(t, c.known, got)
		require.False(t, zero)
	}
	for pointer, parse := range parsers {
		for _, unknown := range []string{"", "CIG", "cig_deroga", "SERVIZI ", "III_PROROGA"} {
			_, zero, err := parse(unknown)
			require.True(t, zero, unknown)
			require.True(t, fault.Is(err, fault.SchemaInvalid), unknown)
			require.Equal(t, pointer, fault.As(err).Fields[0].Pointer)
		}
	}
}

func TestCIGAndCIGSAreOneFamily(t *testing.T) {
	t.Parallel()
	for instrument, family := range map[Instrument]string{
		CIGDeroga: "CIG_DEROGA", CIGSDeroga: "CIG_DEROGA", MobilitaDeroga: "MOBILITA_DEROGA",
	} {
		require.Equal(t, family, instrument.Family())
	}
}
