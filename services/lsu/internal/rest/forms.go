package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"w2w/pkg/bulk"
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/pkg/italia"
	"w2w/services/lsu/internal/domain"
)

// form is how the rows of a kind of list look in a file: the columns are the properties of the items in JSON, and
// the first of them names the row.
type form struct {
	bulk.Form
	schema *httpx.Schema
}

var columns = map[domain.IntakeKind][]bulk.Column{
	domain.EntityList: {{Name: "entity_ref"}, {Name: "name"}, {Name: "region"}, {Name: "kind"}},
	domain.PoolList: {{Name: "worker_ref"}, {Name: "tax_code"}, {Name: "family_name"}, {Name: "given_name"}, {Name: "gender"}, {Name: "birth_date"},
		{Name: "region"}, {Name: "entity_ref"}, {Name: "in_pool_since"}, {Name: "weekly_hours", Kind: bulk.Number, Optional: true}},
	domain.MovementList: {{Name: "movement_ref"}, {Name: "worker_ref"}, {Name: "event"}, {Name: "effective_on"}, {Name: "received_on", Optional: true},
		{Name: "cause", Optional: true}, {Name: "to_entity", Optional: true}, {Name: "weekly_hours", Kind: bulk.Number, Optional: true}},
	domain.PaymentList: {{Name: "payment_ref"}, {Name: "worker_ref", Optional: true}, {Name: "tax_code", Optional: true}, {Name: "month"},
		{Name: "paid_cents", Kind: bulk.Number}, {Name: "paid_on"}, {Name: "reported_on", Optional: true}},
}

// items are the schemas of the rows.
var items = map[domain.IntakeKind]string{
	domain.EntityList: "NewEntity", domain.PoolList: "NewWorker", domain.MovementList: "NewMovement", domain.PaymentList: "NewPayment",
}

func openForms(contract *httpx.Contract) (map[domain.IntakeKind]form, error) {
	forms := map[domain.IntakeKind]form{}
	for kind, item := range items {
		schema, err := contract.Schema(item)
		if err != nil {
			return nil, err
		}
		forms[kind] = form{bulk.Form{Columns: columns[kind], Ignored: bulk.FailedColumns(), MaxRows: domain.MaxRows}, schema}
	}
	return forms, nil
}

// readRows reads an uploaded list: the items of a JSON body, which the contract has checked, or the file that the
// body is when there are none. Lines that break the schema come with their reasons.
func readRows[A, T any](ctx context.Context, f form, list []A, convert func(A) T) ([]domain.Row[T], error) {
	media, body := httpx.Body(ctx)
	if list != nil {
		var lines bytes.Buffer
		for i, w := 0, json.NewEncoder(&lines); i < len(list); i++ {
			if err := w.Encode(list[i]); err != nil {
				return nil, fault.Wrap(err, fault.Internal)
			}
		}
		media, body = bulk.MediaNDJSON, lines.Bytes()
	}
	var out []domain.Row[T]
	var cells domain.Cells
	err := f.Each(media, body, func(r bulk.Record) (err error) {
		if cells, err = domain.PackCells(r.Values, cells); err != nil {
			return fault.Wrap(err, fault.Internal)
		}
		row := domain.Row[T]{Row: len(out) + 1, Line: r.Line, Cells: cells}
		if list == nil {
			row.Value, row.Reasons = readLine(f, r, convert)
		} else {
			value := convert(list[len(out)])
			row.Value, row.Pointer = &value, fmt.Sprintf("/items/%d", len(out))
		}
		if wrong := f.misplaced(r.Values); len(wrong) > 0 {
			row.Value, row.Reasons = nil, append(row.Reasons, wrong...)
		}
		row.Reference = f.reference(r, row.Reasons)
		out = append(out, row)
		return nil
	})
	return out, err
}

func readLine[A, T any](f form, r bulk.Record, convert func(A) T) (*T, []fault.Field) {
	a, reasons := bulk.Into[A](f.Form, r, f.schema)
	if a == nil {
		return nil, reasons
	}
	value := convert(*a)
	return &value, nil
}

// misplaced says that a row calls itself by a tax code: what it calls itself is kept and shown as it is.
func (f form) misplaced(cells map[string]string) []fault.Field {
	name := f.Columns[0].Name
	if !isTaxCode(cells[name]) {
		return nil
	}
	return []fault.Field{{Pointer: "/" + name, Code: "tax_code", Text: misplacedText}}
}

var misplacedText = fault.Text{IT: "Qui non va un codice fiscale.", EN: "A tax code does not belong here."}

func isTaxCode(cell string) bool {
	return italia.ValidTaxCode(strings.ToUpper(strings.TrimSpace(cell)))
}

// reference is what the row calls itself. It is kept and shown as it is, so that in a row that could not be read
// it is left out where something else may stand in its place.
func (f form) reference(r bulk.Record, reasons []fault.Field) string {
	name := f.Columns[0].Name
	if slices.ContainsFunc(reasons, func(reason fault.Field) bool { return reason.Pointer == "/"+name || reason.Code == "form" }) {
		return ""
	}
	return r.Values[name]
}
