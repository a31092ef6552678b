package season

import (
	"path/filepath"
	"slices"
	"strings"

	"w2w/services/suite/internal/sheets"
)

// write puts the three results into the folder: workers and applications by reference, commitments in
// processing order.
func (r *Run) write(dir string) error {
	sorted := slices.SortedFunc(slices.Values(r.in.applications), func(a, b *application) int { return strings.Compare(a.ref, b.ref) })
	workers := [][]string{{"application_ref", "row", "verdict", "codes", "estimate_cents"}}
	applications := [][]string{{"application_ref", "verdict", "codes", "accepted_workers", "rejected_workers", "estimate_cents"}}
	for _, a := range sorted {
		j := r.judged[a]
		for _, w := range j.Rows {
			workers = append(workers, sheets.Line(a.ref, w.Row, w.Verdict, codes(w.Codes), w.EstimateCents))
		}
		f := j.Application
		applications = append(applications, sheets.Line(a.ref, f.Verdict, codes(f.Codes), f.Accepted, f.Rejected, f.EstimateCents))
	}
	commitments := [][]string{{"application_ref", "outcome", "committed_cents", "state_cents", "regional_cents", "residual_after_cents"}}
	for _, a := range r.in.applications {
		o := r.outcome[a]
		commitments = append(commitments, sheets.Line(a.ref, o.name, o.CommittedCents, o.StateCents, o.RegionalCents, o.ResidualAfterCents))
	}
	for name, rows := range map[string][][]string{"result_workers.csv": workers, "result_applications.csv": applications, "result_commitments.csv": commitments} {
		if err := sheets.Save(filepath.Join(dir, name), rows); err != nil {
			return err
		}
	}
	return nil
}

func codes(list []code) string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.Code
	}
	return strings.Join(out, ";")
}
