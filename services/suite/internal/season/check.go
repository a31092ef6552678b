package season

import (
	"encoding/json"
	"strings"

	"w2w/openapi"
	"w2w/pkg/httpx"
	"w2w/services/suite/internal/sheets"
)

// checker holds each line against the contract of the API before anything is sent.
type checker struct {
	assignments, applications, workers *httpx.Schema
}

func newChecker() (*checker, error) {
	contract, err := httpx.NewContract(openapi.Concessions, api)
	if err != nil {
		return nil, err
	}
	c := &checker{}
	for name, schema := range map[string]**httpx.Schema{"NewAssignment": &c.assignments, "NewApplication": &c.applications, "NewWorker": &c.workers} {
		if *schema, err = contract.Schema(name); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *checker) plafond(r *sheets.Row, p plafond) {
	if p.cents != 0 { // otherwise nothing is assigned, and nothing sent
		check(r, c.assignments, p.body(), map[string]string{"/family": "instrument_family", "/cents": "assigned_cents"})
	}
}

func (c *checker) application(r *sheets.Row, a *application) {
	check(r, c.applications, a.body(nil, true), map[string]string{"/employer/name": "employer_name", "/employer/tax_code": "employer_tax_code"})
	if from, to := r.Text("period_from"), r.Text("period_to"); !r.Broken && from > to {
		r.Fail("period_to", "%q lies before the beginning", to)
	}
}

func (c *checker) worker(w worker) { check(w.from, c.workers, w.data, nil) }

// check names the columns whose values break the schema; columns has those that are called otherwise than the last
// part of the pointer.
func check(r *sheets.Row, schema *httpx.Schema, body object, columns map[string]string) {
	if r.Broken {
		return
	}
	raw, err := json.Marshal(body)
	if err != nil {
		r.Fail("", "%v", err)
		return
	}
	for _, f := range schema.Check(raw) {
		column, ok := columns[f.Pointer]
		switch {
		case ok:
		case strings.HasPrefix(f.Pointer, "/employer/units"):
			column = "unit_provinces"
		default:
			column = f.Pointer[strings.LastIndex(f.Pointer, "/")+1:]
		}
		r.Fail(column, "%s", f.Text.EN)
	}
}
