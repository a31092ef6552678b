package domain

import (
	"fmt"

	"w2w/pkg/fault"
	"w2w/pkg/period"
)

// View chooses what is known: what each month's closing knew, or what was received up to a day.
type View struct {
	KnownOn period.Date // 0: as closed
}

// AsClosed is the view in which each month knows what was received up to its own closing date.
var AsClosed = View{}

// AsKnown is the view in which every month knows what was received up to a day.
func AsKnown(on period.Date) View { return View{on} }

func (v View) knows(m *Recorded, month period.Month) bool {
	if v == AsClosed {
		return m.Learned <= month
	}
	return m.ReceivedOn <= v.KnownOn
}

// ViewName is how a caller names a view.
type ViewName string

// The names of the views.
const (
	ViewAsClosed ViewName = "AS_CLOSED"
	ViewAsKnown  ViewName = "AS_KNOWN"
)

// ViewOf is the view that a caller names: as closed unless said otherwise; as known on a day, which is today when it
// is left out and lies between the first day of the pool and today.
func (r Rules) ViewOf(name ViewName, knownOn *period.Date, today period.Date) (View, error) {
	first, err := r.FirstMonth()
	switch {
	case err != nil:
		return View{}, err
	case name != ViewAsKnown && knownOn != nil:
		return View{}, knownOnRefused("unexpected", "ammesso solo con AS_KNOWN", "taken with AS_KNOWN only")
	case name != ViewAsKnown:
		return AsClosed, nil
	case knownOn == nil:
		return AsKnown(today), nil
	case *knownOn > today:
		return View{}, knownOnRefused("future", "nel futuro", "in the future")
	case *knownOn < first.First():
		return View{}, knownOnRefused("range", fmt.Sprintf("prima del %s, primo giorno del bacino", first.First()),
			fmt.Sprintf("before %s, the first day of the pool", first.First()))
	}
	return AsKnown(*knownOn), nil
}

// Began refuses a month of which nothing can be known in the view: its first day comes after that of the view.
func (v View) Began(month period.Month) error {
	if v != AsClosed && month.First() > v.KnownOn {
		return knownOnRefused("range", "prima dell'inizio del mese", "before the month begins")
	}
	return nil
}

func knownOnRefused(code, it, en string) error {
	return fault.New(fault.RuleViolated, "La data di conoscenza non è ammessa.", "That day of knowledge is not allowed.").At("query:known_on", code, it, en)
}
