package domain

import (
	"cmp"
	"slices"

	"w2w/pkg/period"
)

// Movement is what happened to a worker: when it takes effect, and when the register was told.
type Movement struct {
	Ref         string
	WorkerRef   string
	Event       Event
	EffectiveOn period.Date
	ReceivedOn  period.Date
	Cause       string
	ToEntity    string
	WeeklyHours int
}

// ByReceipt is the order in which movements are processed: by the day of receipt, then by reference as text.
func ByReceipt(a, b Movement) int {
	return cmp.Or(cmp.Compare(a.ReceivedOn, b.ReceivedOn), cmp.Compare(a.Ref, b.Ref))
}

// Standing is where a worker stands after the movements accepted so far.
type Standing struct {
	Region      string
	State       State
	EntityRef   string
	WeeklyHours int
	LastOn      period.Date // of the latest accepted movement; 0 without one
	ExitedOn    period.Date
	ExitCause   string
}

// JudgeMovement tests a movement against the standing of its worker and returns all codes that apply, sorted;
// none accepts it.
func (r Rules) JudgeMovement(m Movement, s Standing, entity func(ref string) (Entity, bool)) ([]Code, error) {
	poolDay, err := r.PoolDay()
	if err != nil {
		return nil, err
	}
	var codes []Code
	add := func(c Code, broken bool) {
		if broken {
			codes = append(codes, c)
		}
	}
	add(EffectiveAfterReceived, m.EffectiveOn > m.ReceivedOn)
	add(EffectiveBeforePool, m.EffectiveOn <= poolDay)
	if m.Event == Transfer {
		to, known := entity(m.ToEntity)
		add(EntityUnknown, !known)
		add(EntityOtherRegion, known && to.Region != s.Region)
		add(EntitySame, known && m.ToEntity == s.EntityRef && s.State != Exited)
	}
	add(HoursMissing, m.Event == ChangeHours && m.WeeklyHours == 0)
	add(CauseNotAllowed, m.Event.Caused() && !r.allowsCause(m.Event, m.Cause, m.EffectiveOn))
	to, refusal := m.Event.after(s.State)
	add(refusal, refusal != "")
	add(StateNotAllowed, refusal == "" && !r.allowsState(to, m.EffectiveOn))
	add(OutOfOrder, m.EffectiveOn < s.LastOn)
	slices.Sort(codes)
	return codes, nil
}

// Apply returns the standing after an accepted movement.
func (s Standing) Apply(m Movement) Standing {
	s.State, _ = m.Event.after(s.State)
	s.LastOn = m.EffectiveOn
	switch m.Event {
	case Transfer:
		s.EntityRef = m.ToEntity
	case ChangeHours:
		s.WeeklyHours = m.WeeklyHours
	case Exit:
		s.ExitedOn, s.ExitCause = m.EffectiveOn, m.Cause
	case Suspend, Resume:
	}
	return s
}
