package plafond_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/feed"
	"w2w/pkg/period"
	"w2w/pkg/plafond"
	"w2w/pkg/plafond/plafondtest"
	"w2w/pkg/testkit"
)

func TestTheBooksOfAPastDay(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	assign(t, db, key, 1000)
	_, err := reserve(db, wanted("app/1", 300))
	require.NoError(t, err)
	known := lastRecorded(t, db)
	later := today.AddDays(30)
	require.NoError(t, in(db, func(tx *database.Tx) error {
		p := plafond.Posting{Reference: "app/1", Act: "SR41", EffectiveOn: later}
		p.Cents = 100
		spent := plafond.Spend(tx, p)
		p.Cents = 200
		return errors.Join(spent, plafond.Release(tx, p))
	}))
	before, eve := later.AddDays(-1), today.AddDays(-1)
	for name, c := range map[string]struct {
		at   plafond.AsOf
		want []int64
	}{
		"now":                         {plafond.AsOf{}, []int64{1000, 900, 0, 100}},
		"on the day of the payment":   {plafond.AsOf{EffectiveOn: &later}, []int64{1000, 900, 0, 100}},
		"the day before":              {plafond.AsOf{EffectiveOn: &before}, []int64{1000, 700, 300, 0}},
		"as known before its posting": {plafond.AsOf{EffectiveOn: &later, RecordedAt: &known}, []int64{1000, 700, 300, 0}},
		"before everything":           {plafond.AsOf{EffectiveOn: &eve}, []int64{0, 0, 0, 0}},
	} {
		require.Equal(t, c.want, buckets(balance(t, db, c.at)), name)
	}
}

func lastRecorded(t *testing.T, db *database.DB) time.Time {
	t.Helper()
	page, err := plafond.Movements(context.Background(), db, "03", plafond.MovementQuery{Account: balance(t, db, plafond.AsOf{}).ID, Limit: 1})
	require.NoError(t, err)
	return page.Items[0].RecordedAt
}

func TestMovementsPageThroughTheWholeAccountOnce(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	assign(t, db, key, 100)
	require.NoError(t, in(db, func(tx *database.Tx) error {
		_, err := plafond.Reserve(tx, wanted("app/1", 5))
		return errors.Join(err, plafond.Spend(tx, paid("app/1", 1)), plafond.Spend(tx, paid("app/1", 2)), plafond.Release(tx, paid("app/1", 2)))
	}))
	q := plafond.MovementQuery{Account: balance(t, db, plafond.AsOf{}).ID, Limit: 2}
	var kinds []string
	var state []int64
	for {
		page, err := plafond.Movements(context.Background(), db, "03", q)
		require.NoError(t, err)
		for _, m := range page.Items {
			kinds = append(kinds, m.Kind)
			if m.StateCents != nil {
				require.Equal(t, m.Cents, *m.StateCents+*m.RegionalCents)
				state = append(state, *m.StateCents)
			}
		}
		if q.After = page.NextCursor; q.After == "" {
			break
		}
	}
	require.Equal(t, []string{"RELEASE", "SPEND", "SPEND", "COMMIT", "ASSIGN"}, kinds)
	require.Equal(t, []int64{2, 1, 1, 4}, state, "the parts add up to the commitment's")
	_, err := plafond.Movements(context.Background(), db, "07", plafond.MovementQuery{Account: q.Account})
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
	for _, bad := range []string{"?", "LTE", "MQ=="} {
		_, err := plafond.Movements(context.Background(), db, "03", plafond.MovementQuery{Account: q.Account, After: bad})
		require.True(t, fault.Is(err, fault.RequestInvalid), "%s: %v", bad, err)
	}
}

func TestOutlook(t *testing.T) {
	t.Parallel()
	day := func(n int) *period.Date { d := today.AddDays(n); return &d }
	for name, c := range map[string]struct {
		commit    int64
		on        period.Date
		threshold int64
		want      plafond.Outlook
	}{
		"at the threshold":           {900, today, 0, plafond.Outlook{UsedPercent: 90, OverThreshold: true, ExhaustedOn: day(10)}},
		"just below":                 {899, today, 0, plafond.Outlook{UsedPercent: 89, ExhaustedOn: day(11)}},
		"a lower threshold":          {500, today, 50, plafond.Outlook{UsedPercent: 50, OverThreshold: true, ExhaustedOn: day(90)}},
		"empty":                      {1000, today, 0, plafond.Outlook{UsedPercent: 100, OverThreshold: true, ExhaustedOn: day(0)}},
		"first day that counts":      {500, today.AddDays(-89), 0, plafond.Outlook{UsedPercent: 50, ExhaustedOn: day(90)}},
		"no commitment for 90 days":  {500, today.AddDays(-90), 0, plafond.Outlook{UsedPercent: 50}},
		"commitments of coming days": {500, today.AddDays(1), 0, plafond.Outlook{UsedPercent: 50}},
		"not in sight":               {1, today, 0, plafond.Outlook{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := ledger(t)
			assign(t, db, key, 1000)
			r := wanted("app/1", c.commit)
			r.EffectiveOn = c.on
			_, err := reserve(db, r)
			require.NoError(t, err)
			b := balance(t, db, plafond.AsOf{})
			got, err := plafond.Outlooks(context.Background(), db, []plafond.Balance{b}, plafond.View{Administration: "03", Today: today, Threshold: c.threshold})
			require.NoError(t, err)
			c.want.Account = b.ID
			require.Equal(t, []plafond.Outlook{c.want}, got)
		})
	}
}

// A look at a past day knows neither what took effect nor what was recorded later.
func TestOutlookOfAPastDay(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	assign(t, db, key, 1000)
	_, err := reserve(db, wanted("app/1", 450))
	require.NoError(t, err)
	known := lastRecorded(t, db)
	_, err = reserve(db, wanted("app/2", 450))
	require.NoError(t, err)
	day := today.AddDays(110)
	for name, c := range map[string]struct {
		at   plafond.AsOf
		want plafond.Outlook
	}{
		"as recorded then":   {plafond.AsOf{EffectiveOn: &today, RecordedAt: &known}, plafond.Outlook{UsedPercent: 45, ExhaustedOn: &day}},
		"before it was used": {plafond.AsOf{EffectiveOn: ptr(today.AddDays(-1))}, plafond.Outlook{ExhaustedOn: ptr(today.AddDays(-1))}},
	} {
		b := balance(t, db, c.at)
		got, err := plafond.Outlooks(context.Background(), db, []plafond.Balance{b},
			plafond.View{Administration: "03", Today: *c.at.EffectiveOn, RecordedAt: c.at.RecordedAt})
		require.NoError(t, err)
		c.want.Account = b.ID
		require.Equal(t, []plafond.Outlook{c.want}, got, name)
	}
}

func ptr[T any](v T) *T { return &v }

// The event says once that a reservation came to the percentage, in either way of reserving.
func TestAWarningComesAtThePercentage(t *testing.T) {
	t.Parallel()
	for name, reserve := range map[string]func(*database.DB, plafond.Reservation) (plafond.Commitment, error){"at once": reserve, "queued": queued} {
		db := testkit.Database(t, "warned", feed.Migrations(), plafond.Migrations())
		assign(t, db, key, 1000)
		for i, c := range []struct {
			cents  int64
			events int
		}{{899, 0}, {1, 1}, {50, 1}, {0, 1}} {
			r := wanted(fmt.Sprint("app/", i), c.cents)
			r.Warning = &plafond.Warning{Percent: 90, Event: "warned"}
			_, err := reserve(db, r)
			require.NoError(t, err)
			var subjects []string
			require.NoError(t, db.Read(context.Background(), "03", func(b *pgx.Batch) {
				b.Queue("select subject from outbox where type = 'warned'").Query(func(rows pgx.Rows) (err error) {
					subjects, err = pgx.CollectRows(rows, pgx.RowTo[string])
					return err
				})
			}))
			require.Len(t, subjects, c.events, "%s: %d", name, c.cents)
		}
		plafondtest.CheckInvariants(t, db)
	}
}

func TestAnotherAdministrationSeesAndTakesNothing(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	assign(t, db, key, 1000)
	_, err := reserve(db, wanted("app/1", 300))
	require.NoError(t, err)
	all, err := plafond.Balances(context.Background(), db, "07", plafond.Filter{}, plafond.AsOf{})
	require.NoError(t, err)
	require.Empty(t, all)
	for name, act := range map[string]func(tx *database.Tx) error{
		"reserve": func(tx *database.Tx) error { _, err := plafond.Reserve(tx, wanted("app/2", 1)); return err },
		"spend":   func(tx *database.Tx) error { return plafond.Spend(tx, paid("app/1", 1)) },
		"reverse": func(tx *database.Tx) error {
			_, err := plafond.Reverse(tx, plafond.Reversal{Reference: "app/1"})
			return err
		},
		"assign": func(tx *database.Tx) error {
			_, err := plafond.Assign(tx, plafond.Assignment{Key: key, Cents: 1})
			return err
		},
	} {
		require.Error(t, db.Update(context.Background(), "07", act), name)
	}
	require.Equal(t, []int64{1000, 700, 300, 0}, buckets(balance(t, db, plafond.AsOf{})))
}

func TestMovementsCanOnlyBeAdded(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	for _, statement := range []string{"update plafond_movements set cents = 1", "delete from plafond_movements", "truncate plafond_movements"} {
		_, err := db.Pool().Exec(context.Background(), statement)
		require.ErrorContains(t, err, "42501", statement)
	}
}
