package domain

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"w2w/pkg/fault"
	"w2w/pkg/period"
)

// Payment is what INPS reports as paid to a worker for a month; a reversal (storno) has a negative amount.
type Payment struct {
	Ref        string
	WorkerRef  string // either this or the tax code names the worker
	TaxCode    string
	Month      period.Month
	PaidCents  int64
	PaidOn     period.Date
	ReportedOn period.Date
}

// unreadable says what keeps a payment of the right form from being read: nobody, or two at once, are named, or nothing was paid.
func (p *Payment) unreadable() []fault.Field {
	var reasons []fault.Field
	if (p.WorkerRef == "") == (p.TaxCode == "") {
		reasons = append(reasons, fault.Field{Pointer: "/worker_ref", Code: "either",
			Text: fault.Text{IT: "serve worker_ref o tax_code, uno solo dei due", EN: "either worker_ref or tax_code is needed, one of them"}})
	}
	if p.PaidCents == 0 {
		reasons = append(reasons, fault.Field{Pointer: "/paid_cents", Code: "zero", Text: fault.Text{IT: "l'importo è zero", EN: "the amount is zero"}})
	}
	return reasons
}

// Payee is the worker whom a payment names.
type Payee struct {
	ID     uuid.UUID
	Region string
}

// PaidFor is a worker's month.
type PaidFor struct {
	Worker uuid.UUID
	Month  period.Month
}

// RegionMonth is a Region's month.
type RegionMonth struct {
	Region string
	Month  period.Month
}

// Payroll is what a list of payments is judged against.
type Payroll struct {
	Payee  func(p *Payment) (Payee, bool)
	Taken  map[string]bool // references of accepted payments; Judge adds to them
	Closed map[RegionMonth]bool
	Paid   map[PaidFor]int64 // so far; Judge adds to it
	Latest period.Date       // the latest day of report so far; 0 without one
}

// Admits refuses a day of report before what was reported already: what is known of a past day never changes. place is
// where the day stands.
func (b *Payroll) Admits(p *Payment, place string) error {
	if p.ReportedOn >= b.Latest {
		return nil
	}
	return fault.New(fault.RuleViolated, "La lista non è stata elaborata.", "The list was not processed.").
		At(place, "reported_before", fmt.Sprintf("sono già registrati pagamenti comunicati il %s", b.Latest), fmt.Sprintf("payments reported on %s are recorded already", b.Latest))
}

// Judge returns all codes that apply to a payment, sorted; none accepts it, and the next one is judged after it.
func (b *Payroll) Judge(p *Payment) []Code {
	who, known := b.Payee(p)
	if !known {
		return []Code{WorkerUnknown}
	}
	var codes []Code
	add := func(c Code, broken bool) {
		if broken {
			codes = append(codes, c)
		}
	}
	month := PaidFor{who.ID, p.Month}
	add(PaymentDuplicate, b.Taken[p.Ref])
	add(MonthNotClosed, !b.Closed[RegionMonth{who.Region, p.Month}])
	add(PaidAfterReported, p.PaidOn > p.ReportedOn)
	add(ReversalExceeds, p.PaidCents < 0 && b.Paid[month]+p.PaidCents < 0)
	slices.Sort(codes)
	if len(codes) == 0 {
		b.Taken[p.Ref] = true
		b.Paid[month] += p.PaidCents
	}
	return codes
}

// SetAsideUnreadable makes rows unread whose payment can't be read.
func SetAsideUnreadable(rows []Row[Payment]) {
	for i := range rows {
		if p := rows[i].Value; p != nil {
			if reasons := p.unreadable(); len(reasons) > 0 {
				rows[i].Value, rows[i].Reasons = nil, reasons
			}
		}
	}
}
