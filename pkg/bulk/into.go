package bulk

import (
	"encoding/json"
	"errors"
	"slices"

	"w2w/pkg/fault"
	"w2w/pkg/httpx"
)

// Into reads a record into an A. One that breaks the schema comes with the reasons instead.
func Into[A any](f Form, r Record, schema *httpx.Schema) (*A, []fault.Field) {
	if r.JSON == nil {
		return nil, []fault.Field{{Code: "form", Text: fault.Text{IT: "La riga non ha la forma delle altre.", EN: "The line does not have the form of the others."}}}
	}
	if reasons := schema.Check(r.JSON); len(reasons) > 0 {
		f.onlyColumns(reasons)
		return nil, reasons
	}
	var a A
	if err := json.Unmarshal(r.JSON, &a); err != nil { // 40.0 is an integer to the schema, not to Go
		pointer := ""
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			pointer = "/" + wrong.Field
		}
		return nil, []fault.Field{{Pointer: pointer, Code: "type", Text: fault.Text{IT: "Il valore non è del tipo atteso.", EN: "The value is not of the type expected."}}}
	}
	return &a, nil
}

// onlyColumns takes away the names of fields that are no columns: reasons are stored as they are, and what
// stands in the place of a name may be a person.
func (f Form) onlyColumns(reasons []fault.Field) {
	for i, r := range reasons {
		if !slices.ContainsFunc(f.Columns, func(c Column) bool { return "/"+c.Name == r.Pointer }) {
			reasons[i].Pointer = ""
		}
	}
}
