// Package params keeps dated parameters: a value holds from a day to a day by force of an act, and a
// change of the law is a change of data.
package params

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"sort"

	"w2w/pkg/period"
	"w2w/pkg/yaml"
)

// Row is one value of a parameter with its validity and its source.
type Row struct {
	Key       string          `json:"key"`
	Value     json.RawMessage `json:"value"`
	ValidFrom period.Date     `json:"valid_from"`
	ValidTo   *period.Date    `json:"valid_to,omitempty"` // nil: until further notice
	LegalRef  string          `json:"legal_ref"`
	Source    string          `json:"source"` // the file or the act that it was taken from
}

// Overlaps says whether both rows are of one key and share a day.
func (r Row) Overlaps(o Row) bool {
	return r.Key == o.Key && (r.ValidTo == nil || o.ValidFrom <= *r.ValidTo) && (o.ValidTo == nil || r.ValidFrom <= *o.ValidTo)
}

// Says tells whether both rows state the same value for the same days by the same act.
func (r Row) Says(o Row) bool {
	sameEnd := r.ValidTo == o.ValidTo || r.ValidTo != nil && o.ValidTo != nil && *r.ValidTo == *o.ValidTo
	return r.Key == o.Key && bytes.Equal(r.Value, o.Value) && r.ValidFrom == o.ValidFrom && sameEnd && r.LegalRef == o.LegalRef
}

func (r Row) holdsOn(d period.Date) bool {
	return r.ValidFrom <= d && (r.ValidTo == nil || d <= *r.ValidTo)
}

// Set is an immutable snapshot of all parameters.
type Set struct{ rows map[string][]Row }

// NewSet makes a snapshot; two rows of one key that hold on the same day are an error.
func NewSet(rows []Row) (Set, error) {
	s := Set{rows: map[string][]Row{}}
	for _, r := range rows {
		s.rows[r.Key] = append(s.rows[r.Key], r)
	}
	for key, list := range s.rows {
		sort.Slice(list, func(i, j int) bool { return list[i].ValidFrom < list[j].ValidFrom })
		for i := 1; i < len(list); i++ {
			if list[i-1].holdsOn(list[i].ValidFrom) {
				return Set{}, fmt.Errorf("parameter %s has two values on %s", key, list[i].ValidFrom)
			}
		}
	}
	return s, nil
}

// At returns the row of a key that holds on a day.
func (s Set) At(key string, on period.Date) (Row, bool) {
	for _, r := range s.rows[key] {
		if r.holdsOn(on) {
			return r, true
		}
	}
	return Row{}, false
}

// Int returns a whole number (cents, days, percent); false when no row holds on the day.
func (s Set) Int(key string, on period.Date) (int64, bool) { return value[int64](s, key, on) }

// Bool returns a switch.
func (s Set) Bool(key string, on period.Date) (bool, bool) { return value[bool](s, key, on) }

// LegalRef returns the source of the value that holds on the day.
func (s Set) LegalRef(key string, on period.Date) string {
	r, _ := s.At(key, on)
	return r.LegalRef
}

func value[T any](s Set, key string, on period.Date) (T, bool) {
	var v T
	r, ok := s.At(key, on)
	if !ok || json.Unmarshal(r.Value, &v) != nil {
		return v, false
	}
	return v, true
}

type fileRow struct {
	Key       string `yaml:"key"`
	Value     any    `yaml:"value"`
	ValidFrom string `yaml:"valid_from"`
	ValidTo   string `yaml:"valid_to"`
	LegalRef  string `yaml:"legal_ref"`
}

// Files reads the versioned files (*.yaml) of a folder.
func Files(dir fs.FS) ([]Row, error) {
	names, err := fs.Glob(dir, "*.yaml")
	if err != nil {
		return nil, err
	}
	var out []Row
	for _, name := range names {
		raw, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		var rows []fileRow
		if err := yaml.Strict(raw, &rows); err != nil {
			return nil, fmt.Errorf("parameters %s: %w", name, err)
		}
		for _, r := range rows {
			row, err := r.row()
			if err != nil {
				return nil, fmt.Errorf("parameters %s, %s: %w", name, r.Key, err)
			}
			row.Source = name
			out = append(out, row)
		}
	}
	return out, nil
}

func (r fileRow) row() (Row, error) {
	if r.Key == "" || r.LegalRef == "" {
		return Row{}, fmt.Errorf("key and legal_ref are required")
	}
	v, err := json.Marshal(r.Value)
	if err != nil {
		return Row{}, err
	}
	out := Row{Key: r.Key, Value: v, LegalRef: r.LegalRef}
	if out.ValidFrom, err = period.Parse(r.ValidFrom); err != nil {
		return Row{}, err
	}
	if r.ValidTo != "" {
		to, err := period.Parse(r.ValidTo)
		if err != nil {
			return Row{}, err
		}
		out.ValidTo = &to
	}
	return out, nil
}
