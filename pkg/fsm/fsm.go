// Package fsm holds state machines as tables: the same rows decide, tell what is allowed and draw the diagram.
package fsm

import (
	"fmt"
	"slices"
	"strings"

	"w2w/pkg/fault"
)

// Row is one transition: from a state, by an event, to a state, for holders of one of the scopes, when
// the guard holds.
type Row[S, E, G ~string] struct {
	From   S
	Event  E
	To     S
	Scopes []string
	Guard  G
}

type key[S, E ~string] struct {
	from  S
	event E
}

// Table is a checked list of transitions.
type Table[S, E, G ~string] struct {
	rows  []Row[S, E, G]
	index map[key[S, E]]int
}

// New makes a table; the first of two rows with the same state and event counts, and Problems names the other.
func New[S, E, G ~string](rows []Row[S, E, G]) Table[S, E, G] {
	t := Table[S, E, G]{rows: rows, index: make(map[key[S, E]]int, len(rows))}
	for i, r := range rows {
		k := key[S, E]{r.From, r.Event}
		if _, twice := t.index[k]; !twice {
			t.index[k] = i
		}
	}
	return t
}

// Rows lists the transitions in the order of the table.
func (t Table[S, E, G]) Rows() []Row[S, E, G] { return t.rows }

// Next returns the row for a state and an event, or a state-conflict fault that lists what is allowed.
func (t Table[S, E, G]) Next(from S, event E) (Row[S, E, G], error) {
	if i, ok := t.index[key[S, E]{from, event}]; ok {
		return t.rows[i], nil
	}
	allowed := []E{}
	for _, r := range t.Allowed(from) {
		allowed = append(allowed, r.Event)
	}
	return Row[S, E, G]{}, fault.New(fault.StateConflict,
		fmt.Sprintf("L'evento %s non è ammesso nello stato %s.", event, from),
		fmt.Sprintf("The event %s is not allowed in the state %s.", event, from)).
		With("state", string(from)).With("allowed", allowed)
}

// Allowed lists the rows that leave a state.
func (t Table[S, E, G]) Allowed(from S) []Row[S, E, G] {
	var out []Row[S, E, G]
	for _, r := range t.rows {
		if r.From == from {
			out = append(out, r)
		}
	}
	return out
}

// Problems names rows that contradict another and states that can't be reached from the first row's state.
func (t Table[S, E, G]) Problems() []string {
	var out []string
	for i, r := range t.rows {
		if t.index[key[S, E]{r.From, r.Event}] != i {
			out = append(out, fmt.Sprintf("%s by %s stands twice", r.From, r.Event))
		}
	}
	reached := t.reachable()
	for _, r := range t.rows {
		if !slices.Contains(reached, r.From) {
			out = append(out, fmt.Sprintf("%s can't be reached", r.From))
		}
	}
	return out
}

func (t Table[S, E, G]) reachable() []S {
	if len(t.rows) == 0 {
		return nil
	}
	reached := []S{t.rows[0].From}
	for i := 0; i < len(reached); i++ {
		for _, r := range t.Allowed(reached[i]) {
			if !slices.Contains(reached, r.To) {
				reached = append(reached, r.To)
			}
		}
	}
	return reached
}

// Mermaid draws the table as a state diagram.
func (t Table[S, E, G]) Mermaid() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	if len(t.rows) > 0 {
		fmt.Fprintf(&b, "    [*] --> %s\n", t.rows[0].From)
	}
	for _, r := range t.rows {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", r.From, r.To, r.Event)
	}
	return b.String()
}
