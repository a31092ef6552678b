package concessions_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/italia"
)

// taxCode makes the n-th of many valid tax codes.
func taxCode(n int) string {
	letters := []byte("AAAAAA")
	for i := range letters {
		letters[i] += byte(n % 26)
		n /= 26
	}
	for last := 'A'; last <= 'Z'; last++ {
		if code := string(letters) + "80A01H501" + string(last); italia.ValidTaxCode(code) {
			return code
		}
	}
	return ""
}

// draft makes a draft with these workers and returns its address.
func (c caller) draft(ref string, workers ...object) string {
	c.h.t.Helper()
	made := c.post("/applications", istanza(ref, func(o object) { o["submit"], o["workers"] = false, append([]object{}, workers...) }))
	require.Equal(c.h.t, "BOZZA", made["application"].(object)["state"])
	return "/applications/" + idOf(made)
}

// version is the If-Match of the present version.
func (c caller) version(path string) string {
	c.h.t.Helper()
	return c.send(http.MethodGet, path, nil).header.Get("ETag")
}

// upload sends a list to a draft at its present version.
func (c caller) upload(method, path, media, body string) answer {
	c.h.t.Helper()
	return c.send(method, path+"/workers", []byte(body), "Content-Type", media, "If-Match", c.version(path))
}

const columns = "row,tax_code,family_name,given_name,qualification,contract,weekly_hours,hired_on,monthly_gross_pay_cents,hours_requested,prior_hours_used,did\n"

// line is a worker of a CSV that is in order; row "" takes the next number.
func line(row, code string) string {
	return row + "," + code + ",Xawu,Yoli,OPERAIO,TEMPO_INDETERMINATO,40,2005-01-10,148458,75,0,true\n"
}

func ndjson(code string) string {
	return `{"tax_code":"` + code + `","family_name":"Xawu","given_name":"Yoli","qualification":"OPERAIO","contract":"TEMPO_INDETERMINATO",` +
		`"weekly_hours":40,"hired_on":"2005-01-10","monthly_gross_pay_cents":148458,"hours_requested":75,"prior_hours_used":0,"did":true}` + "\n"
}

// verdicts writes a judged list as "row verdict codes", and "row UNREAD field:code" for what was not read.
func verdicts(o object) (out []string) {
	items, _ := o["rows"].([]any)
	for _, r := range items {
		row := r.(object)
		out = append(out, strings.TrimSpace(fmt.Sprintf("%v %v %s", row["row"], row["verdict"], strings.Join(reasons(row["codes"]), " "))))
	}
	unread, _ := o["unread"].([]any)
	for _, r := range unread {
		row := r.(object)
		out = append(out, fmt.Sprintf("%v UNREAD %s", row["row"], strings.Join(reasons(row["reasons"]), " ")))
	}
	return out
}

// reasons writes codes as field:code and sees that each has its sentence in both languages.
func reasons(list any) (out []string) {
	for _, c := range list.([]any) {
		code := c.(object)
		text := code["text"].(object)
		if text["it"] == "" || text["en"] == "" {
			return []string{"a reason without a sentence"}
		}
		out = append(out, fmt.Sprintf("%v:%v", code["field"], code["code"]))
	}
	return out
}

func TestTaxCodesAreManyAndValid(t *testing.T) {
	t.Parallel()
	require.NotEmpty(t, taxCode(0))
	require.NotEqual(t, taxCode(1), taxCode(12_000))
}
