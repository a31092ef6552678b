package lsu_test

import (
	"encoding/csv"
	"os"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/period"
)

const acceptanceFiles = "testdata/lsu-pool/"

// acceptanceRows are the rows of a file of the acceptance set, by the names of their columns.
func (h *house) acceptanceRows(name string) (out []map[string]string) {
	h.t.Helper()
	f, err := os.Open(acceptanceFiles + name)
	require.NoError(h.t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(h.t, err)
	for _, r := range rows[1:] {
		m := map[string]string{}
		for i, head := range rows[0] {
			m[head] = r[i]
		}
		out = append(out, m)
	}
	return out
}

// registered is a house into which the acceptance set was uploaded; no month is closed.
func (h *house) registered() *house {
	h.t.Helper()
	ministry := h.as(auth.AllAdministrations, "ministry", loader...)
	upload := func(path, file string) {
		body, err := os.ReadFile(acceptanceFiles + file)
		require.NoError(h.t, err)
		a := ministry.file(path, csvMedia, string(body))
		require.Equal(h.t, 201, a.status, string(a.raw[:min(500, len(a.raw))]))
	}
	upload("/entity-intakes", "entities.csv")
	upload("/pool-intakes", "pool.csv")
	for _, c := range h.acceptanceRows("conventions.csv") {
		cents, err := strconv.Atoi(c["funds_cents"])
		require.NoError(h.t, err)
		h.convention(c["region"], cents)
	}
	upload("/movement-intakes", "movements.csv")
	return h
}

// closesYear closes the months of 2010 of a Region, each on the day after its closing date.
func (h *house) closesYear(region string) {
	h.t.Helper()
	for m := period.YearMonth(2010, 1); m.Year() == 2010; m++ {
		h.closed(region, m.String(), (m + 1).First().AddDays(10).String())
	}
}

// cells are the figures of a report as expected_reports.csv writes them.
func cells(o object) string {
	exits, ages := map[string]any{}, []any{}
	for _, e := range o["exits"].([]any) {
		exits[strings.ToLower(e.(object)["cause"].(string))] = e.(object)["workers"]
	}
	for _, a := range o["ages"].([]any) {
		ages = append(ages, a.(object)["workers"])
	}
	out := []any{o["region"], o["month"], o["at_start"]}
	for _, cause := range []string{"stabilizzazione", "pensionamento", "decadenza", "rinuncia", "decesso", "fuoriuscita_incentivata"} {
		if exits[cause] == nil {
			exits[cause] = 0
		}
		out = append(out, exits[cause])
	}
	out = append(out, of(o, "suspended_at_end", "active_at_end", "at_end", "at_end_m", "at_end_f")...)
	out = append(append(out, ages...), of(o, "asu_due_cents", "convention_residual_cents")...)
	return line(out)
}
