package lsupool

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"

	"w2w/pkg/period"
	"w2w/services/suite/internal/sheets"
)

type convention struct {
	region, legalRef string
	year, cents      int64
}

// movement is a row of the file with what its place in the order of processing depends on.
type movement struct {
	ref      string
	received period.Date
	from     *sheets.Row
}

// input is a pool with what happened to it.
type input struct {
	digest      string // of all files: it makes the keys of one pool differ from another's
	pool        *sheets.Table
	entities    *sheets.Table
	conventions []convention
	movements   []movement // in processing order: by day of receipt, then by reference
}

var files = []sheets.File{
	{Name: "pool.csv", Columns: []string{"worker_ref", "tax_code", "family_name", "given_name", "gender", "birth_date", "region", "entity_ref", "in_pool_since"}},
	{Name: "entities.csv", Columns: []string{"entity_ref", "name", "region", "kind"}},
	{Name: "conventions.csv", Columns: []string{"region", "year", "funds_cents", "legal_ref"}},
	{Name: "movements.csv", Columns: []string{"movement_ref", "worker_ref", "event", "effective_on", "received_on", "cause", "to_entity"}},
}

// read reads the four files whole. What the API judges row by row is left to it; what the import itself needs must be
// right before anything is sent.
func read(from fs.FS) (*input, error) {
	wrong := &sheets.Faults{}
	tables, digest, err := sheets.ReadAll(from, files, wrong)
	if err != nil {
		return nil, err
	}
	for i, t := range tables {
		t.Check(files[i].Columns)
	}
	in := &input{digest: digest, pool: tables[0], entities: tables[1]}
	in.takeConventions(tables[2])
	in.takeMovements(tables[3])
	return in, wrong.Err()
}

func (in *input) takeConventions(t *sheets.Table) {
	type place struct {
		region string
		year   int64
	}
	lines := map[place]int{}
	for _, r := range t.Rows {
		c := convention{r.Text("region"), r.Text("legal_ref"), r.Number("year"), r.Number("funds_cents")}
		k := place{c.region, c.year}
		if first := lines[k]; first != 0 {
			r.Fail("year", "the convention stands already in line %d", first)
		}
		lines[k] = r.Line
		in.conventions = append(in.conventions, c)
	}
	if len(t.Rows) == 0 {
		t.Fail("there is no convention")
	}
}

func (in *input) takeMovements(t *sheets.Table) {
	for _, r := range t.Rows {
		in.movements = append(in.movements, movement{r.Text("movement_ref"), r.Date("received_on"), r})
	}
	slices.SortStableFunc(in.movements, func(a, b movement) int {
		return cmp.Or(cmp.Compare(a.received, b.received), strings.Compare(a.ref, b.ref))
	})
}

// regions are those with a convention, each once.
func (in *input) regions() []string {
	all := make([]string, len(in.conventions))
	for i, c := range in.conventions {
		all[i] = c.region
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// years are those with a convention, each once.
func (in *input) years() []int64 {
	all := make([]int64, len(in.conventions))
	for i, c := range in.conventions {
		all[i] = c.year
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// knownOn is the day on which the figures as known are asked for: the end of the March after the last year.
func (in *input) knownOn() period.Date {
	years := in.years()
	return period.Of(int(years[len(years)-1])+1, 3, 31)
}
