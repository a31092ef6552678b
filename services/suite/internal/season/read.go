// Package season sends a season of applications through the gateway, as portals and officials would, and
// writes what came of it.
package season

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"w2w/pkg/period"
)

// ErrInput means that the files of the season can't be read as a season.
var ErrInput = errors.New("the season can't be read")

type plafond struct {
	administration, family string
	year                   int
	cents                  int64
	assignedOn             period.Date
}

type application struct {
	ref, administration, instrument string
	filedOn                         period.Date
	fields                          map[string]string
	workers                         []map[string]string
}

// decreeDate is thirty days after filing.
func (a *application) decreeDate() period.Date { return a.filedOn.AddDays(30) }

func (a *application) family() string {
	if a.instrument == "CIGS_DEROGA" {
		return "CIG_DEROGA"
	}
	return a.instrument
}

// input is a season in processing order: by filing date, then by reference.
type input struct {
	digest       string // of all files: it makes the keys of one season differ from another's
	plafonds     []plafond
	applications []*application
}

var required = map[string][]string{
	"plafonds.csv": {"administration", "year", "instrument_family", "assigned_cents", "assigned_on"},
	"applications.csv": {"application_ref", "administration", "employer_tax_code", "employer_name", "employees", "company_type", "ateco_section",
		"inps_matricola", "unit_provinces", "instrument", "concession_type", "period_from", "period_to", "agreement_date", "filed_on"},
	"workers.csv": {"application_ref", "row", "tax_code", "family_name", "given_name", "qualification", "contract", "weekly_hours", "hired_on",
		"monthly_gross_pay_cents", "hours_requested", "prior_hours_used", "did"},
}

func read(dir string) (*input, error) {
	sum := sha256.New()
	tables := map[string][]map[string]string{}
	for _, name := range []string{"plafonds.csv", "applications.csv", "workers.csv"} {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrInput, err)
		}
		sum.Write(raw)
		if tables[name], err = parse(name, raw); err != nil {
			return nil, err
		}
	}
	in := &input{digest: hex.EncodeToString(sum.Sum(nil)[:8])}
	if err := in.takePlafonds(tables["plafonds.csv"]); err != nil {
		return nil, err
	}
	return in, in.takeApplications(tables["applications.csv"], tables["workers.csv"])
}

func parse(name string, raw []byte) ([]map[string]string, error) {
	records, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil || len(records) == 0 {
		return nil, fmt.Errorf("%w: %s is not a CSV file with a header: %w", ErrInput, name, err)
	}
	for _, column := range required[name] {
		if !slices.Contains(records[0], column) {
			return nil, fmt.Errorf("%w: %s has no column %s", ErrInput, name, column)
		}
	}
	out := make([]map[string]string, len(records)-1)
	for i, r := range records[1:] {
		out[i] = make(map[string]string, len(r))
		for j, column := range records[0] {
			out[i][column] = r[j]
		}
	}
	return out, nil
}

func (in *input) takePlafonds(rows []map[string]string) error {
	for i, r := range rows {
		year, err1 := strconv.Atoi(r["year"])
		cents, err2 := strconv.ParseInt(r["assigned_cents"], 10, 64)
		on, err3 := period.Parse(r["assigned_on"])
		if err := errors.Join(err1, err2, err3); err != nil {
			return fmt.Errorf("%w: plafonds.csv, row %d: %w", ErrInput, i+1, err)
		}
		in.plafonds = append(in.plafonds, plafond{r["administration"], r["instrument_family"], year, cents, on})
	}
	return nil
}

func (in *input) takeApplications(rows, workers []map[string]string) error {
	byRef := map[string]*application{}
	for i, r := range rows {
		filed, err := period.Parse(r["filed_on"])
		if err != nil {
			return fmt.Errorf("%w: applications.csv, row %d: %w", ErrInput, i+1, err)
		}
		a := &application{ref: r["application_ref"], administration: r["administration"], instrument: r["instrument"], filedOn: filed, fields: r}
		byRef[a.ref] = a
		in.applications = append(in.applications, a)
	}
	for i, w := range workers {
		a, ok := byRef[w["application_ref"]]
		if !ok {
			return fmt.Errorf("%w: workers.csv, row %d: no such application", ErrInput, i+1)
		}
		a.workers = append(a.workers, w)
	}
	slices.SortFunc(in.applications, func(a, b *application) int {
		return cmp.Or(cmp.Compare(a.filedOn, b.filedOn), strings.Compare(a.ref, b.ref))
	})
	return nil
}
