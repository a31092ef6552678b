package domain

import (
	"cmp"
	"maps"
	"slices"

	"w2w/pkg/money"
	"w2w/pkg/period"
)

// whole is one worker, or certainty, in the units in which the projection counts.
const whole = 1_000_000_000

// priorMonths is by how many worker-months the rate of an age band is drawn towards the rate of all ages: a band
// with few workers is not judged by few exits.
const priorMonths = 600

// Rate is how often workers of an age band leave for a cause.
type Rate struct {
	FromAge      int
	Cause        string
	Exits        int
	WorkerMonths int
	Monthly      int64 // of whole, drawn towards the rate of all ages
}

// rates are the monthly exit rates by age band and cause.
type rates struct {
	bands  []int // where each begins, rising, from 0 on
	causes []string
	list   [][]Rate // by band, then by cause
	leave  []int64  // by band, the part of whole that leaves in a month
}

// member is a worker as the projection sees him: from when on he is of which age, and when and why he left.
type member struct {
	born   int // as digits are written, 19601203: ages are asked for month by month
	entity string
	left   period.Month // the month in which he left; 0 while he is in the pool
	cause  string
}

// members are the workers of a Region as known on a day.
func members(lives []Life, knownOn period.Date) []member {
	out := make([]member, len(lives))
	for i := range lives {
		l := &lives[i]
		m := member{born: written(l.BirthDate), entity: l.EntityRef}
		for n := range l.Movements {
			switch r := &l.Movements[n]; {
			case r.ReceivedOn > knownOn:
			case r.Event == Transfer:
				m.entity = r.ToEntity
			case r.Event == Exit:
				m.left, m.cause = period.MonthOf(r.EffectiveOn), r.Cause
			}
		}
		out[i] = m
	}
	return out
}

// written is a day in the order of its digits.
func written(day period.Date) int {
	d := day.Time()
	return d.Year()*10_000 + int(d.Month())*100 + d.Day()
}

// age is that of AgeAt on a day as it is written.
func (m *member) age(on int) int { return (on - m.born) / 10_000 }

// in says whether the worker is in the pool when a month begins.
func (m *member) in(month period.Month) bool { return m.left == 0 || m.left >= month }

func bandOf(bands []int, age int) int {
	i, found := slices.BinarySearch(bands, age)
	if found {
		return i
	}
	return i - 1
}

type cell struct {
	band  int
	cause string
}

// observe counts worker-months and exits from a month to another, both included.
func observe(all []member, bands []int, first, last period.Month) rates {
	exposed, exits := make([]int, len(bands)), map[cell]int{}
	for month := first; month <= last; month++ {
		on := written(month.Last())
		for i := range all {
			m := &all[i]
			if !m.in(month) {
				continue
			}
			band := bandOf(bands, m.age(on))
			exposed[band]++
			if m.left == month {
				exits[cell{band, m.cause}]++
			}
		}
	}
	return newRates(bands, exposed, exits)
}

func newRates(bands, exposed []int, exits map[cell]int) rates {
	total, byCause := 0, map[string]int{}
	for _, n := range exposed {
		total += n
	}
	for c, n := range exits {
		byCause[c.cause] += n
	}
	r := rates{bands: bands, causes: slices.Sorted(maps.Keys(byCause)), list: make([][]Rate, len(bands)), leave: make([]int64, len(bands))}
	for band, from := range bands {
		for _, cause := range r.causes {
			x := Rate{FromAge: from, Cause: cause, Exits: exits[cell{band, cause}], WorkerMonths: exposed[band]}
			x.Monthly = drawn(x, byCause[cause], total)
			r.list[band] = append(r.list[band], x)
			r.leave[band] += x.Monthly
		}
		r.leave[band] = min(r.leave[band], whole)
	}
	return r
}

// drawn is (exits + prior * rate of all ages) / (worker-months + prior).
func drawn(x Rate, allExits, allMonths int) int64 {
	if allMonths == 0 {
		return 0
	}
	prior := money.Share(priorMonths*whole, int64(allExits), int64(allMonths))
	return (int64(x.Exits)*whole + prior) / int64(x.WorkerMonths+priorMonths)
}

// all lists the rates by age and cause.
func (r rates) all() []Rate {
	out := slices.Concat(r.list...)
	slices.SortStableFunc(out, func(a, b Rate) int { return cmp.Compare(a.FromAge, b.FromAge) })
	return out
}

// PPM is the monthly rate in millionths.
func (r Rate) PPM() int64 { return r.Monthly / (whole / 1_000_000) }
