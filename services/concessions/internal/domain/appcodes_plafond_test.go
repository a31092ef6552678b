package domain

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/money"
)

// account names a plafond of the season: administration, year and family.
func account(administration string, year int, family string) string {
	return administration + "/" + strconv.Itoa(year) + "/" + family
}

func assigned(t testing.TB) map[string]int64 {
	t.Helper()
	residual := map[string]int64{}
	for _, p := range table(t, "plafonds.csv") {
		residual[account(p["administration"], int(number(t, p["year"])), p["instrument_family"])] = number(t, p["assigned_cents"])
	}
	return residual
}

// commitment takes an application's money from its plafond as the rules of the season say.
func commitment(t testing.TB, d *dossier, r Rules, residual map[string]int64) map[string]string {
	t.Helper()
	decreed := d.terms.FiledOn.AddDays(30)
	from := account(d.terms.Administration, decreed.Year(), d.terms.Instrument.Family())
	app := Application{}
	app.Tally(d.rows)
	outcome, committed := "COMMITTED", app.EstimateCents
	switch {
	case len(d.codes) > 0:
		outcome, committed = "INADMISSIBLE", 0
	case app.EstimateCents > residual[from]:
		outcome, committed = "NO_FUNDS", 0
	}
	residual[from] -= committed
	percent, err := r.StatePercent(decreed)
	require.NoError(t, err)
	state := money.Share(committed, percent, 100)
	text := func(n int64) string { return strconv.FormatInt(n, 10) }
	return map[string]string{
		"application_ref": d.ref, "outcome": outcome, "committed_cents": text(committed), "state_cents": text(state),
		"regional_cents": text(committed - state), "residual_after_cents": text(residual[from]),
	}
}

func TestEveryCommitmentOfTheSeasonIsAsExpected(t *testing.T) {
	t.Parallel()
	residual, r := assigned(t), rules(t)
	var got []map[string]string
	for _, d := range judgeSeason(t) {
		got = append(got, commitment(t, d, r, residual))
	}
	expected := table(t, "expected_commitments.csv")
	require.Len(t, got, len(expected))
	for i, e := range expected {
		require.Equal(t, e, got[i])
	}
	for name, left := range residual {
		require.GreaterOrEqual(t, left, int64(0), name)
	}
}
