// Package season sends a season of applications through the gateway, as portals and officials would, and
// writes what came of it.
package season

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"

	"w2w/pkg/period"
	"w2w/services/suite/internal/sheets"
)

type plafond struct {
	administration, family string
	year                   int64
	cents                  int64
	assignedOn             period.Date
}

type application struct {
	ref, administration, instrument string
	filedOn                         period.Date
	data                            object // as the API takes it, without the workers
	workers                         []worker
	from                            *sheets.Row
}

// worker is a row of an application's list, as the API takes it.
type worker struct {
	row  int64
	data object
	from *sheets.Row
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
	series       string // ends the numbers of decrees; none in a season that has its days for itself
	plafonds     []plafond
	applications []*application
}

var files = []sheets.File{
	{Name: "plafonds.csv", Columns: []string{"administration", "year", "instrument_family", "assigned_cents", "assigned_on"}},
	{Name: "applications.csv", Columns: []string{"application_ref", "administration", "employer_tax_code", "employer_name", "employees", "company_type", "ateco_section",
		"inps_matricola", "unit_provinces", "instrument", "concession_type", "period_from", "period_to", "agreement_date", "filed_on"}},
	{Name: "workers.csv", Columns: []string{"application_ref", "row", "tax_code", "family_name", "given_name", "qualification", "contract", "weekly_hours", "hired_on",
		"monthly_gross_pay_cents", "hours_requested", "prior_hours_used", "did"}},
}

// read reads the three files whole and checks them, so that nothing is sent of a season with a mistake in it.
func read(from fs.FS) (*input, error) {
	wrong := &sheets.Faults{}
	tables, digest, err := sheets.ReadAll(from, files, wrong)
	if err != nil {
		return nil, err
	}
	check, err := newChecker()
	if err != nil {
		return nil, err
	}
	in := &input{digest: digest}
	in.takePlafonds(tables[0], check)
	byRef := in.takeApplications(tables[1], check)
	takeWorkers(tables[2], byRef, check)
	slices.SortFunc(in.applications, func(a, b *application) int {
		return cmp.Or(cmp.Compare(a.filedOn, b.filedOn), strings.Compare(a.ref, b.ref))
	})
	for _, a := range in.applications {
		if len(a.workers) == 0 {
			a.from.Fail("application_ref", "the application has no workers")
		}
		slices.SortFunc(a.workers, func(a, b worker) int { return cmp.Compare(a.row, b.row) })
	}
	return in, wrong.Err()
}

func (in *input) takePlafonds(t *sheets.Table, check *checker) {
	seen := map[account]int{}
	for _, r := range t.Rows {
		p := plafond{r.Text("administration"), r.Text("instrument_family"), r.Number("year"), r.Number("assigned_cents"), r.Date("assigned_on")}
		k := account{p.administration, p.family, int(p.year)}
		if first := seen[k]; first != 0 {
			r.Fail("instrument_family", "the plafond stands already in line %d", first)
		}
		seen[k] = r.Line
		check.plafond(r, p)
		in.plafonds = append(in.plafonds, p)
	}
}

func (in *input) takeApplications(t *sheets.Table, check *checker) map[string]*application {
	byRef, lines := map[string]*application{}, map[string]int{}
	for _, r := range t.Rows {
		a := &application{ref: r.Text("application_ref"), administration: r.Text("administration"), instrument: r.Text("instrument"),
			filedOn: r.Date("filed_on"), data: applicationOf(r), from: r}
		if first := lines[a.ref]; first != 0 {
			r.Fail("application_ref", "the application stands already in line %d", first)
		}
		byRef[a.ref], lines[a.ref] = a, r.Line
		check.application(r, a)
		in.applications = append(in.applications, a)
	}
	return byRef
}

func takeWorkers(t *sheets.Table, byRef map[string]*application, check *checker) {
	type place struct {
		ref string
		row int64
	}
	lines := map[place]int{}
	for _, r := range t.Rows {
		k := place{r.Text("application_ref"), r.Number("row")}
		a, ok := byRef[k.ref]
		if !ok {
			r.Fail("application_ref", "there is no such application")
			continue
		}
		if first := lines[k]; first != 0 {
			r.Fail("row", "the row stands already in line %d", first)
		}
		lines[k] = r.Line
		w := worker{row: k.row, data: workerOf(r), from: r}
		check.worker(w)
		a.workers = append(a.workers, w)
	}
}
