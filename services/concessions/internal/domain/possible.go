package domain

import "w2w/pkg/fault"

// Possible is an event that may follow the present state, and what keeps the caller from it now.
type Possible struct {
	Row
	Missing []Missing
}

// Missing is one thing that an event still needs.
type Missing struct {
	Code  string // the guard, or MissingScope
	Text  fault.Text
	Cents int64 // of the plafond
}

// MissingScope is the code for a caller who holds none of the roles of an event.
const MissingScope = "SCOPE"

// anyReceiver stands for the administration that the caller is going to name.
const anyReceiver = "*"

// Possible tells what the caller may do now, by the rows and guards by which Apply decides. What the caller
// brings with the event itself is taken as given.
func (a *Application) Possible(act Act) []Possible {
	var out []Possible
	act.Receiver = anyReceiver
	for _, row := range Transitions().Allowed(a.State) {
		p := Possible{Row: row}
		if err := permits(row, act.By); err != nil {
			p.lacks(MissingScope, err)
		}
		if err := a.guard(row.Guard, act); err != nil {
			p.lacks(string(row.Guard), err)
		}
		out = append(out, p)
	}
	return out
}

func (p *Possible) lacks(code string, err error) {
	m := Missing{Code: code}
	if f := fault.As(err); f != nil {
		m.Text = f.Detail
		m.Cents, _ = f.Extra["missing_cents"].(int64)
	}
	p.Missing = append(p.Missing, m)
}
