package domain

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"w2w/pkg/fault"
)

// MaxRows is how many rows a list may have.
const MaxRows = 20_000

// Entry is one line of a list that is sent for a draft: a worker, or cells that could not be read and why.
type Entry struct {
	Row     int // the number that the line asks for; 0 takes the next free one
	Line    int
	Worker  *Worker
	Values  map[string]string
	Reasons []fault.Field
}

// Unread is a row of a draft that could not be read; it waits to be corrected or taken out.
type Unread struct {
	Row     int
	Line    int
	Values  map[string]string
	Reasons []fault.Field
}

// List is the list of a draft: what could be read and what could not, each row under its number.
type List struct {
	Workers []Worker
	Unread  []Unread
}

// OnceEach refuses a list in which two rows ask for the same number: it is one document, whose second row
// would otherwise be lost. pointer is where the list stands in it.
func OnceEach(entries []Entry, pointer string) error {
	taken := make(map[int]bool, len(entries))
	for i, e := range entries {
		if e.Row != 0 && taken[e.Row] {
			return fault.New(fault.RuleViolated, "Due righe hanno lo stesso numero.", "Two rows have the same number.").
				At(fmt.Sprintf("%s/%d/row", pointer, i), "row-taken", "numero già usato", "another row has this number")
		}
		taken[e.Row] = true
	}
	return nil
}

// Number gives the entries their rows in the order in which they were sent. Two lines of one file that ask
// for the same row are a mistake: the second is kept as unread under a number of its own.
func (l List) Number(entries []Entry) []Entry {
	numbered := slices.Clone(entries)
	taken := make(map[int]bool, len(entries))
	last := l.last()
	for i := range numbered {
		e := &numbered[i]
		if e.Row != 0 && taken[e.Row] {
			e.Worker, e.Row = nil, 0
			e.Reasons = append(slices.Clip(e.Reasons), fault.Field{Pointer: "/row", Code: "row-taken",
				Text: fault.Text{IT: "Un'altra riga del file ha lo stesso numero.", EN: "Another line of the file has this number."}})
		}
		taken[e.Row] = true
		last = max(last, e.Row)
	}
	for i := range numbered {
		if numbered[i].Row == 0 {
			last++
			numbered[i].Row = last
		}
	}
	return numbered
}

// last is the highest number of a row.
func (l List) last() (row int) {
	for _, w := range l.Workers {
		row = max(row, w.Row)
	}
	for _, u := range l.Unread {
		row = max(row, u.Row)
	}
	return row
}

// Merge puts numbered entries in the place of the rows with their numbers, or beside them.
func (l List) Merge(entries []Entry) (List, error) {
	workers, unread := map[int]Worker{}, map[int]Unread{}
	for _, w := range l.Workers {
		workers[w.Row] = w
	}
	for _, u := range l.Unread {
		unread[u.Row] = u
	}
	for _, e := range entries {
		delete(workers, e.Row)
		delete(unread, e.Row)
		if e.Worker == nil {
			unread[e.Row] = Unread{e.Row, e.Line, e.Values, e.Reasons}
			continue
		}
		w := *e.Worker
		w.Row = e.Row
		workers[e.Row] = w
	}
	merged := List{
		Workers: slices.SortedFunc(maps.Values(workers), func(a, b Worker) int { return cmp.Compare(a.Row, b.Row) }),
		Unread:  slices.SortedFunc(maps.Values(unread), func(a, b Unread) int { return cmp.Compare(a.Row, b.Row) }),
	}
	return merged, merged.checkSize()
}

func (l List) checkSize() error {
	if l.last() <= MaxRows {
		return nil
	}
	return fault.New(fault.RuleViolated, fmt.Sprintf("Le righe di un elenco vanno da 1 a %d.", MaxRows), fmt.Sprintf("The rows of a list are numbered from 1 to %d.", MaxRows)).
		At("/items", "maxItems", "troppe righe", "too many rows")
}

// Without takes one row out; false when there is none with that number.
func (l List) Without(row int) (List, bool) {
	before := len(l.Workers) + len(l.Unread)
	l.Workers = slices.DeleteFunc(l.Workers, func(w Worker) bool { return w.Row == row })
	l.Unread = slices.DeleteFunc(l.Unread, func(u Unread) bool { return u.Row == row })
	return l, len(l.Workers)+len(l.Unread) < before
}
