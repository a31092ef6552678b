// Package doctor examines a deployment of the suite: its database, roles, schemas, keys, clocks and what flows in it. It
// changes nothing, and says of each thing what to mend.
package doctor

import (
	"encoding/json"
	"fmt"
	"io"
)

// Level is how bad a finding is.
type Level string

// The levels, from good to bad.
const (
	OK   Level = "ok"
	Warn Level = "warn"
	Fail Level = "fail"
)

// Finding is what was seen of one thing; Mend is what to do where it is not ok.
type Finding struct {
	Level  Level  `json:"level"`
	Thing  string `json:"thing"`
	Detail string `json:"detail"`
	Mend   string `json:"mend,omitempty"`
}

// Findings are those of an examination, in the order in which things were looked at.
type Findings []Finding

func (f *Findings) add(level Level, thing, detail, mend string) {
	if level == OK {
		mend = ""
	}
	*f = append(*f, Finding{level, thing, detail, mend})
}

// judge is ok where nothing is wrong, else of the level.
func (f *Findings) judge(wrong bool, level Level, thing, detail, mend string) {
	if !wrong {
		level = OK
	}
	f.add(level, thing, detail, mend)
}

// failed notes that a thing could not be looked at.
func (f *Findings) failed(thing string, err error, mend string) {
	if err != nil {
		f.add(Fail, thing, err.Error(), mend)
	}
}

// Count is how many findings there are of a level.
func (f Findings) Count(level Level) (n int) {
	for _, x := range f {
		if x.Level == level {
			n++
		}
	}
	return n
}

// Print writes a line each, with what to mend below.
func (f Findings) Print(out io.Writer) {
	for _, x := range f {
		fmt.Fprintf(out, "%-4s  %-28s %s\n", x.Level, x.Thing, x.Detail)
		if x.Mend != "" {
			fmt.Fprintf(out, "      %-28s to mend: %s\n", "", x.Mend)
		}
	}
	fmt.Fprintf(out, "%d ok, %d warnings, %d failures\n", f.Count(OK), f.Count(Warn), f.Count(Fail))
}

// JSON writes them as one document.
func (f Findings) JSON(out io.Writer) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(map[string]any{"findings": f, "ok": f.Count(OK), "warn": f.Count(Warn), "fail": f.Count(Fail)})
}
