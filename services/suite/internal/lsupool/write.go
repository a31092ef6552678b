package lsupool

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"w2w/pkg/auth"
	"w2w/services/suite/internal/sheets"
)

// write puts the four results into the folder: the rows of the pool in the order of the file, movements by reference,
// reports by Region, month and view, corrections in the order in which the API has them.
func (r *Run) write(ctx context.Context, dir string) error {
	reports, err := r.reports(ctx)
	if err != nil {
		return err
	}
	corrections, err := r.corrections(ctx)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		rows [][]string
	}{
		{"result_pool.csv", r.poolRows()}, {"result_movements.csv", r.movementRows()}, {"result_reports.csv", reports}, {"result_corrections.csv", corrections},
	} {
		if err := sheets.Save(filepath.Join(dir, f.name), f.rows); err != nil {
			return err
		}
	}
	return nil
}

func (r *Run) poolRows() [][]string {
	out := [][]string{{"row", "worker_ref", "verdict", "codes"}}
	for i, j := range r.pool {
		out = append(out, sheets.Line(i+1, r.in.pool.Rows[i].Text("worker_ref"), j.Verdict, j.codes()))
	}
	return out
}

func (r *Run) movementRows() [][]string {
	out := [][]string{{"movement_ref", "verdict", "codes"}}
	for i, j := range r.moved {
		out = append(out, sheets.Line(r.in.movements[i].ref, j.Verdict, j.codes()))
	}
	slices.SortStableFunc(out[1:], func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	return out
}

func (j judged) codes() string {
	all := make([]string, len(j.Codes))
	for i, c := range j.Codes {
		all[i] = c.Code
	}
	return strings.Join(all, ";")
}

// corrections reads the whole list.
func (r *Run) corrections(ctx context.Context) ([][]string, error) {
	out := [][]string{{"region", "month_of_reference", "month_received", "movement_ref", "month_learned"}}
	for next := ""; ; {
		var page struct {
			Items []struct {
				Region    string `json:"region"`
				Reference string `json:"month_of_reference"`
				Received  string `json:"month_received"`
				Movement  string `json:"movement_ref"`
				Learned   string `json:"month_learned"`
			} `json:"items"`
			Next string `json:"next_cursor"`
		}
		if err := r.Get(ctx, auth.AllAdministrations, scopeRead, "/corrections?limit=200&cursor="+url.QueryEscape(next), &page); err != nil {
			return nil, err
		}
		for _, c := range page.Items {
			out = append(out, sheets.Line(c.Region, c.Reference, c.Received, c.Movement, c.Learned))
		}
		if next = page.Next; next == "" {
			return out, nil
		}
	}
}

// reports reads the figures of all years, as closed and as known.
func (r *Run) reports(ctx context.Context) ([][]string, error) {
	known := r.in.knownOn().String()
	var lines []reportLine
	for _, year := range r.in.years() {
		for view, name := range map[string]string{"AS_CLOSED": "AS_CLOSED", "AS_KNOWN&known_on=" + known: "AS_KNOWN_" + known} {
			var list struct {
				Items []reportLine `json:"items"`
			}
			if err := r.Get(ctx, auth.AllAdministrations, scopeRead, fmt.Sprintf("/reports?year=%d&view=%s", year, view), &list); err != nil {
				return nil, err
			}
			for _, l := range list.Items {
				l.View = name
				lines = append(lines, l)
			}
		}
	}
	slices.SortFunc(lines, func(a, b reportLine) int {
		return cmp.Or(strings.Compare(a.Region, b.Region), strings.Compare(a.Month, b.Month), strings.Compare(a.View, b.View))
	})
	return reportRows(lines)
}
