package italia

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
)

//go:embed data/*.csv
var data embed.FS

// Ministry is the code of the Ministry of Labour among the administrations.
const Ministry = "MLPS"

// Administration is a Region, an autonomous Province or the Ministry.
type Administration struct {
	Code string
	Name string
	Kind string
}

// Atlas holds the reference data of 2011: administrations, 110 provinces and ATECO sections. Source: ISTAT.
type Atlas struct {
	administrations []Administration
	byCode          map[string]Administration
	territory       map[string]string
	sections        map[string]string
}

// Load reads the embedded reference data.
func Load() (*Atlas, error) {
	a := &Atlas{byCode: map[string]Administration{}, territory: map[string]string{}, sections: map[string]string{}}
	err := each("administrations.csv", func(r []string) {
		x := Administration{Code: r[0], Name: r[1], Kind: r[2]}
		a.administrations = append(a.administrations, x)
		a.byCode[x.Code] = x
	})
	if err != nil {
		return nil, err
	}
	if err := each("provinces_2011.csv", func(r []string) { a.territory[r[1]] = territoryOf(r[1], r[3]) }); err != nil {
		return nil, err
	}
	if err := each("ateco_2007_sections.csv", func(r []string) { a.sections[r[0]] = r[1] }); err != nil {
		return nil, err
	}
	return a, nil
}

// territoryOf: the two autonomous Provinces are administrations of their own inside Region 04.
func territoryOf(province, region string) string {
	switch province {
	case "BZ":
		return "P21"
	case "TN":
		return "P22"
	default:
		return region
	}
}

func each(name string, take func(record []string)) error {
	raw, err := data.ReadFile("data/" + name)
	if err != nil {
		return fmt.Errorf("reference data: %w", err)
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		return fmt.Errorf("reference data %s: %w", name, err)
	}
	for _, r := range rows[1:] {
		take(r)
	}
	return nil
}

// Administrations lists all administrations in the order of their codes.
func (a *Atlas) Administrations() []Administration { return a.administrations }

// Administration returns the administration with this code.
func (a *Atlas) Administration(code string) (Administration, bool) {
	x, ok := a.byCode[code]
	return x, ok
}

// Office is the name of an administration as it heads its acts.
func (a *Atlas) Office(code string) string {
	x, ok := a.Administration(code)
	switch {
	case !ok:
		return code
	case x.Kind == "REGIONE":
		return "Regione " + x.Name
	}
	return x.Name
}

// Territory returns the administration on whose ground a province of 2011 lies; false when there is no such province.
func (a *Atlas) Territory(province string) (string, bool) {
	t, ok := a.territory[province]
	return t, ok
}

// Section returns the Italian name of an ATECO 2007 section.
func (a *Atlas) Section(letter string) (string, bool) {
	s, ok := a.sections[letter]
	return s, ok
}
