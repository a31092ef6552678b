package xlsx

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	// MaxCell is how many UTF-16 units the text of a cell has at most.
	MaxCell = 32767
	// maxRaw is how many bytes such a text has at most as it is written: _xHHHH_ is a unit.
	maxRaw     = 7 * MaxCell
	maxStrings = 500_000  // shared strings
	maxContent = 10 << 20 // bytes of shared strings, and of the cells of a sheet: as much as a list in CSV
)

// texts are the shared strings, one after another: a table of empty ones must not cost more than its bytes.
type texts struct {
	all  []byte
	ends []uint32
}

func (x *texts) has(i int) bool { return x != nil && i >= 0 && i < len(x.ends) }

func (x *texts) at(i int) []byte {
	if i == 0 {
		return x.all[:x.ends[0]]
	}
	return x.all[x.ends[i-1]:x.ends[i]]
}

func (c *container) sharedStrings(part string) (*texts, error) {
	x := &texts{}
	found, err := c.read(part, "sst", mainSpaces, func(s *scanner, _ xml.StartElement) error {
		return s.each(func(e xml.StartElement) (err error) {
			if e.Name.Local != "si" {
				return nil
			}
			if len(x.ends) == maxStrings {
				return errStrings()
			}
			from := len(x.all)
			if x.all, err = s.rich(x.all); err != nil {
				return err
			}
			if len(x.all) > maxContent {
				return errTooLarge(maxContent)
			}
			// A text that is too long stays so until a cell of the list has it: other sheets may be as they like.
			x.all = x.all[:min(len(x.all), from+maxRaw+1)]
			x.ends = append(x.ends, uint32(len(x.all)))
			return nil
		})
	})
	if err == nil && !found {
		return nil, errCorrupt()
	}
	return x, err
}

// rich appends the text of an <si> or <is>: its own, or that of its runs; phonetic runs are not the text. Of
// a text that is too long for any cell, the rest is dropped.
func (s *scanner) rich(into []byte) ([]byte, error) {
	from := len(into)
	take := func(e xml.StartElement) (err error) {
		if len(into)-from <= maxRaw {
			into, err = s.run(e, into)
		}
		return err
	}
	err := s.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "t":
			return take(e)
		case "r":
			return s.each(func(e xml.StartElement) error {
				if e.Name.Local == "t" {
					return take(e)
				}
				return nil
			})
		}
		return nil
	})
	return into, err
}

// run appends the text of a <t>; blanks at its ends count only when it says so.
func (s *scanner) run(e xml.StartElement, into []byte) ([]byte, error) {
	from := len(into)
	text, err := s.text(into[from:])
	if err != nil {
		return into, err
	}
	for _, a := range e.Attr {
		if a.Name.Local == "space" && a.Value == "preserve" {
			return append(into, text...), nil
		}
	}
	return append(into, bytes.Trim(text, " \t\r\n")...), nil
}

// plain undoes _xHHHH_, which stands for a UTF-16 unit; false when the outcome is no text that can be kept.
func plain(raw []byte) (string, bool) {
	if !bytes.Contains(raw, []byte("_x")) {
		return string(raw), true
	}
	var out []byte
	var high rune
	for len(raw) > 0 {
		unit, ok := escapedUnit(raw)
		if !ok && high == 0 {
			out, raw = append(out, raw[0]), raw[1:]
			continue
		}
		switch whole := utf16.DecodeRune(high, unit); {
		case high != 0 && whole == utf8.RuneError, high == 0 && unit >= 0xdc00 && unit < 0xe000, unit == 0:
			return "", false
		case high != 0:
			out, high = utf8.AppendRune(out, whole), 0
		case utf16.IsSurrogate(unit):
			high = unit
		default:
			out = utf8.AppendRune(out, unit)
		}
		raw = raw[len("_xHHHH_"):]
	}
	return string(out), high == 0
}

// escapedUnit is the UTF-16 unit whose number stands at the beginning of the text.
func escapedUnit(raw []byte) (rune, bool) {
	const length = len("_xHHHH_")
	if len(raw) < length || raw[0] != '_' || raw[1] != 'x' || raw[length-1] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(raw[2:length-1]), 16, 16)
	return rune(n), err == nil
}

// Units is the length of a text in UTF-16 units.
func Units(s string) (n int) {
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		n += utf16.RuneLen(r)
		s = s[size:]
	}
	return n
}
