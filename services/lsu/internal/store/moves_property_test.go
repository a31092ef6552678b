package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"w2w/pkg/database"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/store"
)

const (
	someWorkers = 4
	firstMonth  = period.Month(2010 * 12)
	lastMonth   = firstMonth + 3
)

// movements draws a list in the order of processing: some workers, entities and causes do not exist, some references
// stand twice, and much of it can't happen.
func movements(rt *rapid.T) []domain.Movement {
	one := rapid.Custom(func(rt *rapid.T) domain.Movement {
		effective := rapid.Map(rapid.IntRange(0, 130), func(n int) period.Date { return firstMonth.First() - 5 + period.Date(n) }).Draw(rt, "effective_on")
		m := domain.Movement{Ref: fmt.Sprintf("M%02d", rapid.IntRange(0, 60).Draw(rt, "ref")), WorkerRef: fmt.Sprint("W", rapid.IntRange(1, someWorkers+1).Draw(rt, "worker")),
			Event: rapid.SampledFrom(domain.Events()).Draw(rt, "event"), EffectiveOn: effective,
			ReceivedOn: effective + period.Date(rapid.IntRange(-1, 80).Draw(rt, "days"))}
		switch m.Event {
		case domain.Suspend:
			m.Cause = rapid.SampledFrom([]string{"MALATTIA", "MATERNITA", "MALATTIA", "NESSUNA"}).Draw(rt, "cause")
		case domain.Exit:
			m.Cause = rapid.SampledFrom([]string{"DECESSO", "RINUNCIA"}).Draw(rt, "cause")
		case domain.Transfer:
			m.ToEntity = rapid.SampledFrom([]string{"E181", "E182", "E191", "E192", "E0"}).Draw(rt, "entity")
		case domain.ChangeHours:
			m.WeeklyHours = rapid.IntRange(0, 30).Draw(rt, "hours")
		case domain.Resume:
		}
		return m
	})
	list := rapid.SliceOfN(one, 1, 30).Draw(rt, "movements")
	slices.SortStableFunc(list, domain.ByReceipt)
	return list
}

// left is what lists leave that are processed one after the other.
func (b *bench) left(rt *rapid.T, lists ...[]domain.Movement) (words []string) {
	b.try(rt, func(tx *database.Tx) (err error) {
		for _, list := range lists {
			if _, err := b.move(tx, list); err != nil {
				return err
			}
		}
		words, err = kept(tx)
		return err
	})
	return words
}

func TestInHowManyListsMovementsComeChangesNothing(t *testing.T) {
	t.Parallel()
	b := openBench(t, someWorkers)
	rapid.Check(t, func(rt *rapid.T) {
		list := movements(rt)
		var parts [][]domain.Movement
		for rest := list; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "rows")
			parts, rest = append(parts, rest[:n]), rest[n:]
		}
		require.Equal(rt, b.left(rt, list), b.left(rt, parts...))
	})
}

func TestTheOrderOfAListChangesNothing(t *testing.T) {
	t.Parallel()
	b := openBench(t, someWorkers)
	rapid.Check(t, func(rt *rapid.T) {
		list := slices.CompactFunc(movements(rt), func(a, b domain.Movement) bool { return domain.ByReceipt(a, b) == 0 })
		require.Equal(rt, b.left(rt, list), b.left(rt, rapid.Permutation(list).Draw(rt, "order")))
	})
}

// figures counts the months of every Region in a view.
func (b *bench) figures(rt *rapid.T, tx *database.Tx, upTo period.Month, v domain.View) (lines []domain.Line) {
	for _, region := range regions {
		lives, err := store.Lives(tx, region)
		require.NoError(rt, err)
		for month := firstMonth; month <= upTo; month++ {
			terms, err := b.desk.Rulebook().Now().Terms(month)
			require.NoError(rt, err)
			line, _ := domain.Fold(lives, &terms, v)
			line.Region = region
			lines = append(lines, line)
		}
	}
	slices.SortStableFunc(lines, func(a, b domain.Line) int { return int(a.Month - b.Month) })
	return lines
}

// through processes what was received up to a day, and returns what was received later.
func (b *bench) through(rt *rapid.T, tx *database.Tx, list []domain.Movement, day period.Date) []domain.Movement {
	n := 0
	for n < len(list) && list[n].ReceivedOn <= day {
		n++
	}
	_, err := b.move(tx, list[:n])
	require.NoError(rt, err)
	return list[n:]
}

// TestWhatComesLateChangesNoClosedMonth and is known from its day of receipt on, as if nothing had come after it.
func TestWhatComesLateChangesNoClosedMonth(t *testing.T) {
	t.Parallel()
	b := openBench(t, someWorkers)
	rapid.Check(t, func(rt *rapid.T) {
		list := movements(rt)
		day := rapid.SampledFrom(list).Draw(rt, "known on").ReceivedOn
		var closed, after, known, fresh []domain.Line
		b.try(rt, func(tx *database.Tx) error {
			rest := list
			for month := firstMonth; month <= lastMonth; month++ {
				closing, err := b.desk.Rulebook().Now().ClosingDate(month)
				require.NoError(rt, err)
				rest = b.through(rt, tx, rest, closing)
				closed = append(closed, b.figures(rt, tx, month, domain.AsClosed)[2*int(month-firstMonth):]...)
				b.close(tx, month, closing)
			}
			b.through(rt, tx, rest, b.desk.Today())
			after = b.figures(rt, tx, lastMonth, domain.AsClosed)
			known = b.figures(rt, tx, lastMonth, domain.AsKnown(day))
			return nil
		})
		b.try(rt, func(tx *database.Tx) error {
			b.through(rt, tx, list, day)
			fresh = b.figures(rt, tx, lastMonth, domain.AsKnown(b.desk.Today()))
			return nil
		})
		require.Equal(rt, closed, after)
		require.Equal(rt, fresh, known)
	})
}
