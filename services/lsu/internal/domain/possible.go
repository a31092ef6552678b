package domain

import (
	"fmt"

	"w2w/pkg/fault"
)

// Possible is an event that may follow the present state of a month, and what keeps the caller from it now.
type Possible struct {
	MonthRow
	Missing []Missing
}

// Missing is one thing that an event still needs.
type Missing struct {
	Code string // what is not met, or one of the codes below
	Text fault.Text
}

// The codes of what is missing besides what the guards name.
const (
	MissingScope = "SCOPE"
	SameActor    = "SAME_ACTOR"
	NoFunds      = "NO_FUNDS"
)

// given stands for what the caller is going to bring with the event.
const given = "*"

// Possible tells what the caller may do now, by the rows and guards by which Apply decides. Of a submitted month
// it needs the report as it is now, with its hash; what the caller brings with the event itself is taken as given.
func (m *Month) Possible(act MonthAct, now *Report, sha256 string) []Possible {
	out := []Possible{}
	act.Reason = given
	for _, row := range monthTable.Allowed(m.State) {
		p := Possible{MonthRow: row}
		for _, f := range m.against(row, act) {
			p.lacks(f)
		}
		if row.Event == Close {
			if sha256 != m.SubmittedSHA256 {
				p.lacks(figuresChanged())
			}
			if missing := -now.ResidualCents; missing > 0 {
				p.lacks(fault.New(fault.NoFunds, fmt.Sprintf("Nella convenzione mancano %d centesimi.", missing),
					fmt.Sprintf("The convention lacks %d cents.", missing)))
			}
		}
		out = append(out, p)
	}
	return out
}

func (p *Possible) lacks(f *fault.Error) {
	guard, _ := f.Extra["guard"].(string)
	code := map[fault.Code]string{fault.ScopeMissing: MissingScope, fault.SameActor: SameActor, fault.NoFunds: NoFunds, fault.StateConflict: guard}[f.Code]
	p.Missing = append(p.Missing, Missing{code, f.Detail})
}
