package xlsx

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// value reads a cell; "" when it has none.
func (r *reading) value(e xml.StartElement) (string, error) {
	kind, inline, values := attribute(e, "t"), attribute(e, "t") == "inlineStr", 0
	r.raw = r.raw[:0]
	err := r.scanner.each(func(child xml.StartElement) (err error) {
		switch name := child.Name.Local; {
		case name == "f":
			return errFormula(r.name(r.column))
		case name == "is" && inline:
			values++
			r.raw, err = r.rich(r.raw)
		case name == "v" && !inline:
			values++
			r.raw, err = r.text(r.raw)
		}
		return err
	})
	switch {
	case err != nil:
		return "", err
	case kind == "e":
		return "", errValue(r.name(r.column))
	case values == 0:
		return "", nil
	case values > 1:
		return "", errCell(r.name(r.column))
	}
	return r.meant(kind, attribute(e, "s"))
}

// maxPlain is how long a value is that is no text.
const maxPlain = 100

// meant is what the raw value of a cell means by the kind of the cell and its style.
func (r *reading) meant(kind, style string) (string, error) {
	name := r.name(r.column)
	if kind == "str" || kind == "inlineStr" {
		return words(r.raw, name)
	}
	raw := strings.TrimSpace(string(r.raw[:min(len(r.raw), maxPlain+1)]))
	switch {
	case raw == "":
		return "", nil
	case len(r.raw) > maxPlain:
		return "", errCell(name)
	}
	switch kind {
	case "s":
		if i, err := strconv.Atoi(raw); err == nil && r.texts.has(i) {
			return words(r.texts.at(i), name)
		}
	case "b":
		if text, ok := booleans[raw]; ok {
			return text, nil
		}
	case "d":
		return strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(raw, "Z"), ".000"), "T00:00:00"), nil
	case "", "n":
		number, ok := decimal(raw)
		if ok && r.styles.dates(style) {
			return day(number, r.since1904), nil
		}
		if ok {
			return number, nil
		}
	}
	return "", errCell(name)
}

var booleans = map[string]string{"1": "true", "true": "true", "0": "false", "false": "false"}

// words is the text of a cell.
func words(raw []byte, cell string) (string, error) {
	if len(raw) > maxRaw {
		return "", errLong(cell)
	}
	text, ok := plain(raw)
	switch {
	case !ok:
		return "", errEncoding(cell)
	case len(text) > MaxCell && Units(text) > MaxCell:
		return "", errLong(cell)
	}
	return text, nil
}
