package bench

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"w2w/pkg/italia"
)

var counter atomic.Int64

// fresh is a text of 16 characters that no other call returns.
func fresh(prefix string) string {
	return fmt.Sprintf("%s%0*d", prefix, 16-len(prefix), counter.Add(1))
}

const (
	codeLength = 16
	persons    = 1 << 18
)

// taxCodes are a quarter of a million valid codes of nobody, in one text: the garbage collector, which works for
// the service too, need not look at each.
var taxCodes = sync.OnceValue(func() string {
	var out strings.Builder
	for i := range persons {
		out.WriteString(italia.Nobody(i))
	}
	return out.String()
})

var nextPerson atomic.Int64

// person is the next code; they come round again after all were used.
func person() string {
	at := int(nextPerson.Add(1)) % persons * codeLength
	return taxCodes()[at : at+codeLength]
}

type object = map[string]any

// istanza is an application of Lombardia in order, with so many workers; their codes are returned too.
func istanza(workers int) (body object, ref string, codes []string) {
	ref = fresh("B")
	list := make([]object, workers)
	for i := range list {
		codes = append(codes, person())
		list[i] = object{"tax_code": codes[i], "family_name": "Xawundu", "given_name": "Yolibella", "qualification": "OPERAIO",
			"contract": "TEMPO_INDETERMINATO", "weekly_hours": 40, "hired_on": "2005-01-10", "monthly_gross_pay_cents": 148458 + i,
			"hours_requested": 75, "prior_hours_used": 0, "did": true}
	}
	return object{"application_ref": ref, "instrument": "CIG_DEROGA", "concession_type": "I_CONCESSIONE", "period_from": "2010-04-01",
		"period_to": "2010-06-30", "agreement_date": "2010-03-20", "filed_on": "2010-04-05", "submit": true, "workers": list,
		"employer": object{"tax_code": "12345678903", "name": "Molino Yaxo S.r.l.", "employees": 410, "company_type": "INDUSTRIALE_OLTRE_15",
			"ateco_section": "C", "inps_matricola": "9496322419", "units": []object{{"province": "MI"}}}}, ref, codes
}
