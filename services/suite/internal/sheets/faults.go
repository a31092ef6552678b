package sheets

import (
	"fmt"
	"slices"
	"strings"
)

// Faults are what is wrong with the files; they are told together, up to a number that a person can read.
type Faults struct{ list []string }

const maxFaults = 20

func (f *Faults) add(at string, format string, args ...any) {
	f.list = append(f.list, at+": "+fmt.Sprintf(format, args...))
}

// Err has all of them, or is nil.
func (f *Faults) Err() error {
	shown := f.list
	if len(shown) == 0 {
		return nil
	}
	if more := len(shown) - maxFaults; more > 0 {
		shown = append(slices.Clone(shown[:maxFaults]), fmt.Sprintf("and %d more", more))
	}
	return fmt.Errorf("%w:\n  %s", ErrInput, strings.Join(shown, "\n  "))
}
