package domain

import (
	"fmt"
	"maps"
	"slices"

	"w2w/pkg/fault"
	"w2w/pkg/money"
	"w2w/pkg/period"
)

// ProjectionMethod says how a projection is made.
var ProjectionMethod = fault.Text{
	IT: fmt.Sprintf("Valori attesi. I tassi mensili di uscita per classe di età e causale sono le uscite osservate sui mesi-lavoratore osservati, avvicinati al tasso di tutte le età con il peso di %d mesi-lavoratore. Ogni lavoratore in bacino resta con la probabilità che ne segue, mese per mese, mentre la sua età avanza. Il costo è l'assegno mensile in vigore, o l'ultimo noto, per i lavoratori attesi in media nel mese e per la quota di assegno dovuta in media nei mesi osservati. L'errore è quello di proiezioni rifatte dai mesi passati con i soli mesi che li precedono.", priorMonths),
	EN: fmt.Sprintf("Expected values. The monthly exit rates by age band and cause are the exits observed over the worker-months observed, drawn towards the rate of all ages by the weight of %d worker-months. Each worker of the pool stays with the probability that follows, month by month, while his age advances. The cost is the monthly allowance in force, or the latest known one, for the workers expected on average in the month, and the part of it that was due on average in the months observed. The error is that of projections made again from past months, with the months before them alone.", priorMonths),
}

// Projection is how the pool of a Region empties.
type Projection struct {
	From           period.Month // the first projected month
	ObservedMonths int
	Rates          []Rate
	Years          []ProjectedYear
	Entities       []ProjectedEntity
	EmptyIn        int // the first year that ends with less than one worker; 0 when none of the projected ones does
	Errors         []ProjectionError
}

// ProjectedYear is what is expected of the projected months of a year.
type ProjectedYear struct {
	Year      int
	AtStart   int
	Exits     []CauseCount
	AtEnd     int
	CostCents int64
	ASUCents  int64
}

// ProjectedEntity is what is expected of the workers that a host entity has now.
type ProjectedEntity struct {
	EntityRef string
	AtStart   int
	AtEnd     []int // by projected year
	CostCents []int64
}

// Project looks ahead from the last month whose closing date has passed on the day, to the end of a year. Months after
// the latest one with a report are not observed: nobody says that they are complete.
func (r Rules) Project(lives []Life, knownOn period.Date, latest period.Month, untilYear int) (p Projection, err error) {
	first, last, err := r.observed(knownOn, latest)
	if err != nil {
		return p, err
	}
	t, err := r.Terms(last)
	if err != nil {
		return p, err
	}
	bands := append([]int{0}, t.AgeBands...)
	all := members(lives, knownOn)
	seen := observe(all, bands, first, last)
	p = Projection{From: last + 1, ObservedMonths: int(last-first) + 1, Rates: seen.all(), Errors: backtests(all, bands, first, last)}
	due, possible, err := r.dueShare(lives, knownOn, first, last)
	if err != nil {
		return p, err
	}
	run := newOutlook(all, seen, p.From)
	run.due, run.possible = due, possible
	for year := p.From.Year(); year <= untilYear; year++ {
		y, err := run.year(r, year)
		if err != nil {
			return p, err
		}
		p.Years = append(p.Years, y)
		if p.EmptyIn == 0 && run.staying() < whole {
			p.EmptyIn = year
		}
	}
	p.Entities = run.entities
	return p, nil
}

// observed are the first month of the pool and the last one, up to the latest, whose closing date has passed on a day.
func (r Rules) observed(knownOn period.Date, latest period.Month) (first, last period.Month, err error) {
	if first, err = r.FirstMonth(); err != nil {
		return first, last, err
	}
	for last = first - 1; last < latest; last++ {
		closing, err := r.ClosingDate(last + 1)
		if err != nil {
			return first, last, err
		}
		if closing >= knownOn {
			break
		}
	}
	if last < first {
		return first, last, fault.New(fault.RuleViolated, "Nessun mese del bacino si può ancora osservare.", "No month of the pool can be observed yet.").
			At("query:known_on", "early", "prima della prima chiusura", "before the first closing")
	}
	return first, last, nil
}

// dueShare is what was due in the observed months against what would have been due had everybody in the pool been
// paid for all days.
func (r Rules) dueShare(lives []Life, knownOn period.Date, first, last period.Month) (due, possible int64, err error) {
	for month := first; month <= last; month++ {
		t, err := r.Terms(month)
		if err != nil {
			return 0, 0, err
		}
		line, _ := Fold(lives, &t, AsKnown(knownOn))
		due += line.DueCents
		possible += int64(line.AtStart) * t.ASUCents
	}
	return due, possible, nil
}

// latestASU is the monthly allowance in force in a month, or the latest known before it.
func (r Rules) latestASU(m period.Month) (cents int64, err error) {
	for first := period.MonthOf(firstDay); m > first; m-- {
		if cents, err = r.number("asu.monthly_cents", m.Last()); err == nil {
			return cents, nil
		}
	}
	return 0, err
}

// outlook follows the workers of the pool month by month, each with the part of him that is still expected there.
type outlook struct {
	rates         rates
	members       []member
	at            []int   // the place of the member's entity
	stays         []int64 // of whole
	next          period.Month
	due, possible int64
	refs          []string // of the entities, sorted
	entities      []ProjectedEntity
	now           []int64 // expected at an entity, of whole
}

func newOutlook(all []member, seen rates, from period.Month) *outlook {
	o := &outlook{rates: seen, next: from}
	atStart := map[string]int{}
	for _, m := range all {
		if m.in(from) {
			o.members, o.stays = append(o.members, m), append(o.stays, whole)
			atStart[m.entity]++
		}
	}
	o.refs = slices.Sorted(maps.Keys(atStart))
	place := map[string]int{}
	for i, ref := range o.refs {
		place[ref] = i
		o.entities, o.now = append(o.entities, ProjectedEntity{EntityRef: ref, AtStart: atStart[ref]}), append(o.now, int64(atStart[ref])*whole)
	}
	for i := range o.members {
		o.at = append(o.at, place[o.members[i].entity])
	}
	return o
}

// staying is how many workers are expected in the pool, of whole.
func (o *outlook) staying() (sum int64) {
	for _, s := range o.stays {
		sum += s
	}
	return sum
}

// month lets a month pass and adds the expected exits by cause.
func (o *outlook) month(exits []int64) {
	on := written(o.next.Last())
	for i := range o.members {
		band := bandOf(o.rates.bands, o.members[i].age(on))
		stays := o.stays[i]
		for cause := range o.rates.list[band] {
			exits[cause] += stays * o.rates.list[band][cause].Monthly / whole
		}
		left := stays * o.rates.leave[band] / whole
		o.stays[i] -= left
		o.now[o.at[i]] -= left
	}
	o.next++
}

// year lets the rest of a year pass.
func (o *outlook) year(r Rules, year int) (y ProjectedYear, err error) {
	y = ProjectedYear{Year: year, AtStart: workers(o.staying())}
	exits, cost := make([]int64, len(o.rates.causes)), make([]int64, len(o.refs))
	for o.next.Year() == year {
		if y.ASUCents, err = r.latestASU(o.next); err != nil {
			return y, err
		}
		before := slices.Clone(o.now)
		o.month(exits)
		for i := range cost {
			cost[i] += o.monthCost((before[i]+o.now[i])/2, y.ASUCents)
		}
	}
	y.AtEnd = workers(o.staying())
	y.Exits = apportioned(keyed(o.rates.causes, exits), y.AtStart-y.AtEnd)
	atEnd := apportion(o.refs, keyed(o.refs, o.now), y.AtEnd)
	for i, ref := range o.refs {
		e := &o.entities[i]
		e.AtEnd, e.CostCents = append(e.AtEnd, atEnd[ref]), append(e.CostCents, cost[i])
		y.CostCents += cost[i]
	}
	return y, nil
}

// monthCost is the allowance of expected workers, by the share that is due on average.
func (o *outlook) monthCost(expected, asuCents int64) int64 {
	if o.possible == 0 {
		return 0
	}
	return money.Share(money.Share(expected, asuCents, whole), o.due, o.possible)
}

// workers rounds what is expected to whole workers, half up.
func workers(expected int64) int { return int((expected + whole/2) / whole) }

// keyed are values by their keys.
func keyed(keys []string, values []int64) map[string]int64 {
	out := make(map[string]int64, len(keys))
	for i, k := range keys {
		out[k] = values[i]
	}
	return out
}
