// Package domain holds the rules of wage support by exception (ammortizzatori in deroga): what an
// application is, how its rows are judged and estimated, and how it moves from state to state.
package domain

import (
	"slices"

	"w2w/pkg/fault"
)

// Instrument is the kind of wage support (strumento).
type Instrument string

// The instruments.
const (
	CIGDeroga      Instrument = "CIG_DEROGA"
	CIGSDeroga     Instrument = "CIGS_DEROGA"
	MobilitaDeroga Instrument = "MOBILITA_DEROGA"
)

// Family is the instrument under which money is booked: CIG and CIGS are one family.
func (i Instrument) Family() string {
	if i == CIGSDeroga {
		return string(CIGDeroga)
	}
	return string(i)
}

// IsZero says whether no instrument is named.
func (i Instrument) IsZero() bool { return i == "" }

// ConcessionType is the place of an application in a row of extensions (tipo concessione).
type ConcessionType string

// The concession types of the plan of 2011.
const (
	FirstConcession ConcessionType = "I_CONCESSIONE"
	FirstExtension  ConcessionType = "I_PROROGA"
	SecondExtension ConcessionType = "II_PROROGA"
	LaterExtension  ConcessionType = "PROROGA_SUCCESSIVA"
)

// IsZero says whether no concession type is named.
func (c ConcessionType) IsZero() bool { return c == "" }

// CompanyType is the class of the employer (tipo azienda).
type CompanyType string

// The company types; 15 employees still count as small.
const (
	Craft           CompanyType = "ARTIGIANA"
	SmallIndustry   CompanyType = "INDUSTRIALE_FINO_15"
	LargerIndustry  CompanyType = "INDUSTRIALE_OLTRE_15"
	ServicesCompany CompanyType = "SERVIZI"
)

// IsZero says whether no company type is named.
func (c CompanyType) IsZero() bool { return c == "" }

// ParseInstrument refuses what is no instrument.
func ParseInstrument(s string) (Instrument, error) {
	return parse(s, "/instrument", CIGDeroga, CIGSDeroga, MobilitaDeroga)
}

// ParseConcessionType refuses what is no concession type.
func ParseConcessionType(s string) (ConcessionType, error) {
	return parse(s, "/concession_type", FirstConcession, FirstExtension, SecondExtension, LaterExtension)
}

// ParseCompanyType refuses what is no company type.
func ParseCompanyType(s string) (CompanyType, error) {
	return parse(s, "/employer/company_type", Craft, SmallIndustry, LargerIndustry, ServicesCompany)
}

func parse[T ~string](s, pointer string, allowed ...T) (T, error) {
	if slices.Contains(allowed, T(s)) {
		return T(s), nil
	}
	return "", fault.New(fault.SchemaInvalid, "Valore non previsto.", "The value is not one of those allowed.").
		At(pointer, "enum", "valore non previsto", "not one of the allowed values")
}
