package lsupool

import (
	"fmt"
	"slices"
	"strings"

	"w2w/services/suite/internal/sheets"
)

// reportLine is the figures of a report.
type reportLine struct {
	Region string `json:"region"`
	Month  string `json:"month"`
	View   string `json:"view"`
	Start  int    `json:"at_start"`
	Exits  []struct {
		Cause   string `json:"cause"`
		Workers int    `json:"workers"`
	} `json:"exits"`
	Suspended int `json:"suspended_at_end"`
	Active    int `json:"active_at_end"`
	End       int `json:"at_end"`
	Men       int `json:"at_end_m"`
	Women     int `json:"at_end_f"`
	Ages      []struct {
		From    int `json:"from_age"`
		Workers int `json:"workers"`
	} `json:"ages"`
	Due      int64 `json:"asu_due_cents"`
	Residual int64 `json:"convention_residual_cents"`
}

// The columns that a results file has for exits and ages, in its order.
var (
	causes = []string{"STABILIZZAZIONE", "PENSIONAMENTO", "DECADENZA", "RINUNCIA", "DECESSO", "FUORIUSCITA_INCENTIVATA"}
	bands  = []struct {
		from   int
		column string
	}{{0, "age_under_40"}, {40, "age_40_49"}, {50, "age_50_59"}, {60, "age_60_plus"}}
)

// reportRows writes the figures, and refuses those for which the file has no column.
func reportRows(lines []reportLine) ([][]string, error) {
	header := []string{"region", "month", "view", "at_start"}
	for _, c := range causes {
		header = append(header, "exits_"+strings.ToLower(c))
	}
	header = append(header, "suspended_at_end", "active_at_end", "at_end", "at_end_m", "at_end_f")
	for _, b := range bands {
		header = append(header, b.column)
	}
	out := [][]string{append(header, "asu_due_cents", "convention_residual_cents")}
	for _, l := range lines {
		exits, err := l.exits()
		if err != nil {
			return nil, err
		}
		ages, err := l.ages()
		if err != nil {
			return nil, err
		}
		cells := append([]any{l.Region, l.Month, l.View, l.Start}, exits...)
		cells = append(append(cells, l.Suspended, l.Active, l.End, l.Men, l.Women), ages...)
		out = append(out, sheets.Line(append(cells, l.Due, l.Residual)...))
	}
	return out, nil
}

func (l reportLine) exits() ([]any, error) {
	found := make([]int, len(causes))
	for _, e := range l.Exits {
		i := slices.Index(causes, e.Cause)
		if i < 0 {
			return nil, fmt.Errorf("report of Region %s, %s: there is no column for exits by %s", l.Region, l.Month, e.Cause)
		}
		found[i] = e.Workers
	}
	return cells(found), nil
}

func (l reportLine) ages() ([]any, error) {
	found := make([]int, len(bands))
	for _, a := range l.Ages {
		i := slices.IndexFunc(bands, func(b struct {
			from   int
			column string
		},
		) bool {
			return b.from == a.From
		})
		if i < 0 {
			return nil, fmt.Errorf("report of Region %s, %s: there is no column for ages from %d", l.Region, l.Month, a.From)
		}
		found[i] = a.Workers
	}
	return cells(found), nil
}

func cells(figures []int) []any {
	out := make([]any, len(figures))
	for i, n := range figures {
		out[i] = n
	}
	return out
}
