// Package domain decides about the residual pool of workers in socially useful works (lavori socialmente
// utili): who may move how, what is due for a month, and what a month's report says.
package domain

import "slices"

// State is where a worker of the pool stands.
type State string

// The states of a worker.
const (
	Active    State = "ATTIVO"
	Suspended State = "SOSPESO"
	Exited    State = "USCITO"
)

// Event is what a movement does to a worker.
type Event string

// The events of movements.
const (
	Suspend     Event = "SUSPEND"
	Resume      Event = "RESUME"
	Exit        Event = "EXIT"
	Transfer    Event = "TRANSFER"     // to another host entity of the Region
	ChangeHours Event = "CHANGE_HOURS" // of a week
)

// Events lists the events in the order of the documentation.
func Events() []Event { return []Event{Suspend, Resume, Exit, Transfer, ChangeHours} }

// caused are the events that state a cause.
var caused = []Event{Suspend, Exit}

// Caused says whether a movement by the event states its cause.
func (e Event) Caused() bool { return slices.Contains(caused, e) }

// after returns the state to which the event leads from a state, or the code that refuses it.
func (e Event) after(from State) (State, Code) {
	switch {
	case from == Exited:
		return from, AlreadyExited
	case e == Suspend && from == Suspended:
		return from, AlreadySuspended
	case e == Suspend:
		return Suspended, ""
	case e == Resume && from == Active:
		return from, NotSuspended
	case e == Resume:
		return Active, ""
	case e == Exit:
		return Exited, ""
	default:
		return from, ""
	}
}
