package domain

import (
	"slices"
	"strconv"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"w2w/pkg/period"
)

func nothing(uuid.UUID) int64 { return 0 }

// TestAllowancesAddUpToTheReports holds every Region, month and view of the acceptance set: there is a row for each
// worker of the start, and together they are what the report says is due.
func TestAllowancesAddUpToTheReports(t *testing.T) {
	t.Parallel()
	s := load(t)
	s.pool(t)
	s.movements(t)
	views := map[string]View{"AS_CLOSED": AsClosed, "AS_KNOWN_2011-03-31": AsKnown(day(t, "2011-03-31"))}
	reports := table(t, "expected_reports.csv")
	require.Len(t, reports, 216)
	for _, r := range reports {
		month, err := period.ParseMonth(r["month"])
		require.NoError(t, err)
		terms, err := s.rules.Terms(month)
		require.NoError(t, err)
		lives, n, sum := s.region(r["region"]), 0, int64(0)
		for a := range Allowances(lives, &terms, views[r["view"]], nothing, false) {
			n++
			sum += a.DueCents
			require.Equal(t, []any{r["region"], month, -a.DueCents}, []any{a.Region, a.Month, a.DifferenceCents()})
		}
		require.Equal(t, []string{r["at_start"], r["asu_due_cents"]}, []string{strconv.Itoa(n), strconv.FormatInt(sum, 10)}, "%s %s %s", r["region"], month, r["view"])
		for a := range Allowances(lives, &terms, views[r["view"]], nothing, true) {
			require.Positive(t, a.DueCents)
		}
	}
}

func january(t *testing.T, movements ...Recorded) (*Life, Terms) {
	t.Helper()
	terms, err := firstRules(t).Terms(period.YearMonth(2010, 1))
	require.NoError(t, err)
	return &Life{Worker: Worker{ID: uuid.New(), Ref: "W1", Region: "18", EntityRef: "E1"}, Movements: movements}, terms
}

func exitOn(t *testing.T, on, received string, learned period.Month) Recorded {
	t.Helper()
	return Recorded{Movement: Movement{Event: Exit, EffectiveOn: day(t, on), ReceivedOn: day(t, received), Cause: "DECESSO"}, Learned: learned}
}

func TestWhoHasLeftIsListedOnlyWhenPaid(t *testing.T) {
	t.Parallel()
	left, terms := january(t, exitOn(t, "2009-12-31", "2010-01-02", period.YearMonth(2010, 1)))
	terms.Month++
	for cents, want := range map[int64][]Allowance{0: nil, 700: {{WorkerID: left.ID, WorkerRef: "W1", Region: "18", Month: terms.Month, PaidCents: 700}}} {
		for _, different := range []bool{false, true} {
			got := slices.Collect(Allowances([]Life{*left}, &terms, AsClosed, func(worker uuid.UUID) int64 {
				require.Equal(t, left.ID, worker)
				return cents
			}, different))
			require.Equal(t, want, got)
		}
	}
}

func TestACardShowsWhatIsKnownBesideWhatWasClosed(t *testing.T) {
	t.Parallel()
	rules := firstRules(t)
	month := period.YearMonth(2010, 5)
	life, _ := january(t, exitOn(t, "2010-05-22", "2010-07-23", month+2))
	beyond := period.YearMonth(2030, 1) // no allowance is stated for it yet
	card, err := rules.Card(life, AsKnown(day(t, "2010-08-01")), []period.Month{month, month + 2, beyond}, map[period.Month]Rules{month: rules}, map[period.Month]int64{month: 5})
	require.NoError(t, err)
	require.Equal(t, []CardMonth{
		{Month: month, State: Exited, PaidDays: 22, DueCents: 37834, DueAsClosedCents: new(int64(53312)), PaidCents: 5},
		{Month: month + 2, State: Exited},
	}, card, "worked example 2")
	before, err := rules.Card(life, AsKnown(day(t, "2010-07-22")), []period.Month{month}, nil, nil)
	require.NoError(t, err)
	require.Equal(t, []CardMonth{{Month: month, State: Active, PaidDays: 31, DueCents: 53312}}, before, "not yet received")
}
