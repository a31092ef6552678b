package domain

import "w2w/pkg/period"

// ProjectionError is how wrong projections made from past months were after a number of months, in millionths of
// what came about.
type ProjectionError struct {
	HorizonMonths   int
	Tests           int
	MeanPPM         int64
	MeanAbsolutePPM int64
}

// horizons are the months ahead for which the method is tested.
var horizons = []int{1, 3, 6, 12}

// leastObserved is how many months a tested projection has behind it at least.
const leastObserved = 3

// backtests projects again from each past month that has enough months before it, by the rates of those alone, and
// compares with what came about.
func backtests(all []member, bands []int, first, last period.Month) []ProjectionError {
	sums := make([]ProjectionError, len(horizons))
	for origin := first + leastObserved - 1; origin < last; origin++ {
		o := newOutlook(all, observe(all, bands, first, origin), origin+1)
		// What is known only later is not in the rates: who left after the origin is still a member then.
		for i, h := range horizons {
			if origin+period.Month(h) > last {
				break
			}
			for o.next <= origin+period.Month(h) {
				o.month(make([]int64, len(o.rates.causes)))
			}
			sums[i].add(int64(workers(o.staying())), size(all, origin+period.Month(h)))
		}
	}
	var out []ProjectionError
	for i, s := range sums {
		if s.Tests > 0 {
			out = append(out, ProjectionError{horizons[i], s.Tests, s.MeanPPM / int64(s.Tests), s.MeanAbsolutePPM / int64(s.Tests)})
		}
	}
	return out
}

// size is how many workers are in the pool at the end of a month.
func size(all []member, month period.Month) (n int64) {
	for i := range all {
		if all[i].in(month + 1) {
			n++
		}
	}
	return n
}

// add sums a test; months in which the pool was empty say nothing.
func (e *ProjectionError) add(projected, actual int64) {
	if actual == 0 {
		return
	}
	wrong := (projected - actual) * 1_000_000 / actual
	e.Tests++
	e.MeanPPM += wrong
	e.MeanAbsolutePPM += max(wrong, -wrong)
}
