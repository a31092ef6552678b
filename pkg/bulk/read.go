// Package bulk reads and writes lists of many rows in the forms that people send around: CSV, NDJSON and
// workbooks in, CSV and workbooks out.
package bulk

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"w2w/pkg/fault"
)

// Kind says how a cell is written in JSON.
type Kind int

// The kinds of cells.
const (
	Text Kind = iota
	Number
	Boolean
)

// Column is a column of a file that people send; an optional one may be missing or blank.
type Column struct {
	Name     string
	Kind     Kind
	Optional bool
}

// Record is one line as it was sent: its cells by column, and the JSON object that they mean. JSON is nil
// when the line does not have the form of the others.
type Record struct {
	Line   int
	Values map[string]string
	JSON   []byte
}

// Form describes the lists that are taken.
type Form struct {
	Columns []Column
	Ignored []string // columns that may stand there and mean nothing: those of a file of failed rows
	MaxRows int
	Sheet   string // the sheet of a workbook that is read when several are shown
}

// MediaCSV and MediaNDJSON are the forms that Read takes, besides MediaXLSX.
const (
	MediaCSV    = "text/csv"
	MediaNDJSON = "application/x-ndjson"
)

// Read splits a file into records, as Each does.
func (f Form) Read(media string, body []byte) (records []Record, err error) {
	err = f.Each(media, body, func(r Record) error {
		records = append(records, r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return records, nil
}

// Each splits a file into records and gives each to take, whose error ends it. A file that is none, or whose columns are not those of the form,
// is refused; a single line that can't be read is not: it comes as a record without JSON. Refusals name lines
// and columns by number, never by what stands there: in a file without header that would be a person.
func (f Form) Each(media string, body []byte, take func(Record) error) error {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if len(bytes.TrimSpace(body)) == 0 {
		return empty()
	}
	if media == MediaXLSX {
		return f.workbook(body, take)
	}
	if at := badByte(body); at >= 0 {
		line := 1 + bytes.Count(body[:at], []byte("\n"))
		return fault.New(fault.RequestInvalid, "Il file non è testo UTF-8.", "The file is not UTF-8 text.").
			At(fmt.Sprintf("line:%d", line), "encoding", "byte non ammesso", "a byte that is not UTF-8, or NUL")
	}
	if media == MediaNDJSON {
		return f.ndjson(body, take)
	}
	return f.csv(body, take)
}

func empty() error {
	return fault.New(fault.RequestInvalid, "Il file è vuoto.", "The file is empty.").At("line:1", "empty", "nessuna riga", "no line")
}

// badByte is the place of the first byte that is not UTF-8 text, or -1.
func badByte(body []byte) int {
	nul := bytes.IndexByte(body, 0)
	if utf8.Valid(body) {
		return nul
	}
	for i := 0; i < len(body); {
		r, size := utf8.DecodeRune(body[i:])
		if r == utf8.RuneError && size == 1 || r == 0 {
			return i
		}
		i += size
	}
	return -1
}

func (f Form) csv(body []byte, take func(Record) error) error {
	r := csv.NewReader(bytes.NewReader(body))
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if err != nil {
		return fault.New(fault.RequestInvalid, "Il file non è CSV.", "The file is not CSV.").At("line:1", "header", "intestazione illeggibile", "the header can't be read")
	}
	if err := f.checkHeader(header); err != nil {
		return err
	}
	for count := 0; ; count++ {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return fault.New(fault.RequestInvalid, "Le virgolette del CSV non tornano.", "The quotes of the CSV do not match.").
				At(fmt.Sprintf("line:%d", bad.StartLine), "quotes", "virgolette non chiuse", "unbalanced quotes")
		}
		line, _ := r.FieldPos(0)
		if count == f.MaxRows {
			return f.tooMany(line)
		}
		for i := range cells {
			cells[i] = unguard(cells[i])
		}
		if err := take(f.record(line, header, cells)); err != nil {
			return err
		}
	}
}

const maxHeader = 100 // columns that are looked at: a form has fewer

// checkHeader refuses a file in which a column is missing, unknown or doubled, and says so when the commas
// are something else.
func (f Form) checkHeader(header []string) error {
	if len(header) == 1 && strings.ContainsAny(header[0], ";\t|") {
		return fault.New(fault.RequestInvalid, "Le colonne vanno separate da virgole.", "Columns must be separated by commas.").
			At("line:1", "delimiter", "separatore errato", "wrong delimiter")
	}
	problem := fault.New(fault.RequestInvalid, "Le colonne del file non sono quelle attese.", "The columns of the file are not those expected.")
	for i, name := range header[:min(len(header), maxHeader)] {
		switch known := slices.Contains(f.Ignored, name) || slices.ContainsFunc(f.Columns, func(c Column) bool { return c.Name == name }); {
		case !known:
			problem.At(fmt.Sprintf("column:%d", i+1), "unknown", "colonna sconosciuta", "unknown column")
		case slices.Contains(header[:i], name):
			problem.At("column:"+name, "double", "colonna ripetuta", "stands twice")
		}
	}
	for _, c := range f.Columns {
		if !c.Optional && !slices.Contains(header, c.Name) {
			problem.At("column:"+c.Name, "required", "colonna mancante", "missing column")
		}
	}
	if len(problem.Fields) > 0 {
		return problem
	}
	return nil
}

func (f Form) record(line int, header, cells []string) Record {
	r := Record{Line: line, Values: make(map[string]string, len(header))}
	for i, name := range header {
		if i < len(cells) && !slices.Contains(f.Ignored, name) {
			r.Values[name] = cells[i]
		}
	}
	if len(cells) != len(header) {
		return r
	}
	object := make(map[string]any, len(f.Columns))
	for _, c := range f.Columns {
		if v := r.Values[c.Name]; v != "" || !c.Optional {
			object[c.Name] = c.value(v)
		}
	}
	r.JSON, _ = json.Marshal(object) // strings, numbers and booleans can always be written
	return r
}

var wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,14})$`)

// value is the cell as its kind is written in JSON; one that is not of the kind stays text, so that the
// schema names the fault.
func (c Column) value(cell string) any {
	switch {
	case c.Kind == Number && wholeNumber.MatchString(cell):
		return json.Number(cell)
	case c.Kind == Boolean && (strings.EqualFold(cell, "true") || strings.EqualFold(cell, "false")): // a spreadsheet writes TRUE
		return strings.EqualFold(cell, "true")
	default:
		return cell
	}
}

func (f Form) ndjson(body []byte, take func(Record) error) error {
	count := 0
	for i, line := range bytes.Split(body, []byte("\n")) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		if count == f.MaxRows {
			return f.tooMany(i + 1)
		}
		r := Record{Line: i + 1, Values: map[string]string{}}
		var object map[string]json.RawMessage
		if json.Unmarshal(line, &object) == nil {
			r.JSON = line
			for _, c := range f.Columns {
				r.Values[c.Name] = plain(object[c.Name])
			}
		}
		if err := take(r); err != nil {
			return err
		}
		count++
	}
	return nil
}

// plain is a JSON value as a cell would show it.
func plain(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil {
		return s
	}
	return string(value)
}

func (f Form) tooMany(line int) error {
	return fault.New(fault.SchemaInvalid, fmt.Sprintf("Il file ha più di %d righe.", f.MaxRows), fmt.Sprintf("The file has more than %d rows.", f.MaxRows)).
		At(fmt.Sprintf("line:%d", line), "maxItems", "troppe righe", "too many rows")
}
