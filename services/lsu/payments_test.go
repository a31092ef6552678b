package lsu_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/testkit"
)

// payment is one to a worker; change may add to it.
func payment(ref, workerRef, month string, cents int, change ...func(object)) object {
	o := object{"payment_ref": ref, "worker_ref": workerRef, "month": month, "paid_cents": cents, "paid_on": "2010-03-20"}
	for _, c := range change {
		c(o)
	}
	return o
}

// byTaxCode names the worker by his tax code instead.
func byTaxCode(n int) func(object) {
	return func(o object) {
		delete(o, "worker_ref")
		o["tax_code"] = testkit.TaxCode(n)
	}
}

// inps reports what it paid.
func (h *house) inps(more ...string) caller {
	return h.as(auth.AllAdministrations, "inps", append([]string{"inps:exchange"}, more...)...)
}

// paying is a house whose first months are closed, in Region 19 only one.
func paying(t *testing.T) *house {
	t.Helper()
	h := open(t).pooled()
	h.convention("18", plain)
	h.convention("19", plain)
	h.closed("18", "2010-01", "2010-02-11")
	h.closed("18", "2010-02", "2010-03-11")
	h.closed("19", "2010-01", "2010-02-11")
	return h
}

func TestEachPaymentHasItsVerdict(t *testing.T) {
	t.Parallel()
	h := paying(t)
	h.inps().accepted("/payment-intakes", []object{payment("P00", "W01", "2010-01", 100)})
	rows := []struct {
		row  object
		want string
	}{
		{payment("P01", "W01", "2010-02", 53312), "ACCEPTED"},
		{payment("P02", "X", "2010-02", 53312, byTaxCode(2)), "ACCEPTED"},
		{payment("P03", "W99", "2010-03", -1), "WORKER_UNKNOWN"},
		{payment("P03", "X", "2010-02", 1, byTaxCode(99)), "WORKER_UNKNOWN"},
		{payment("P00", "W02", "2010-02", 1), "PAYMENT_DUPLICATE"},
		{payment("P01", "W02", "2010-02", 1), "PAYMENT_DUPLICATE"},
		{payment("P03", "W01", "2010-03", 1), "MONTH_NOT_CLOSED"},
		{payment("P03", "W08", "2010-02", 1), "MONTH_NOT_CLOSED"},
		{payment("P03", "W08", "2010-01", 1), "ACCEPTED"},
		{payment("P04", "W01", "2010-02", -53313), "REVERSAL_EXCEEDS"},
		{payment("P04", "W01", "2010-02", -53312), "ACCEPTED"},
		{payment("P05", "W01", "2010-02", -1), "REVERSAL_EXCEEDS"},
		{payment("P05", "W01", "2010-01", -101), "REVERSAL_EXCEEDS"},
		{payment("P05", "X", "2010-01", -60, byTaxCode(1)), "ACCEPTED"},
		{payment("P06", "W01", "2010-01", -60), "REVERSAL_EXCEEDS"},
		{payment("P05", "W08", "2010-02", -1), "MONTH_NOT_CLOSED;PAYMENT_DUPLICATE;REVERSAL_EXCEEDS"},
		{payment("P06", "W01", "2010-01", 1, with("paid_on", "2098-01-01")), "PAID_AFTER_REPORTED"},
		{payment("P06", "", "2010-01", 1), "UNREAD"},
		{payment("P06", "W01", "2010-01", 1, with("tax_code", testkit.TaxCode(1))), "UNREAD"},
		{payment("P06", "W01", "2010-01", 0), "UNREAD"},
	}
	var list []object
	var want []string
	for _, r := range rows {
		list, want = append(list, r.row), append(want, r.want)
	}
	judged := h.inps().intake("/payment-intakes", list)
	require.Equal(t, want, verdicts(judged))
	require.Equal(t, want, verdicts(h.ministry().send(http.MethodGet, intakeOf(judged)+"/rows", nil).json(t)))
	require.Equal(t, []string{"P01 18 W01 2010-02-01 53312", "P02 18 W02 2010-02-01 53312", "P03 19 W08 2010-01-01 1", "P04 18 W01 2010-02-01 -53312", "P05 18 W01 2010-01-01 -60"},
		h.column(`select concat_ws(' ', payment_ref, p.administration, worker_ref, month, paid_cents) from payments p join workers w on w.id = worker_id
			where payment_ref > 'P00' order by payment_ref`))
	require.Equal(t, 1, h.Audited("intake.upload", intakeSubject(judged)))
}

func TestWhatWasPaidByAPastDayStaysAsItWasKnown(t *testing.T) {
	t.Parallel()
	h := paying(t)
	loading := h.inps("acts:backdate")
	loading.accepted("/payment-intakes", []object{payment("P1", "W01", "2010-01", 500, with("reported_on", "2010-03-20"))})
	late := loading.send(http.MethodPost, "/payment-intakes", object{"items": []object{payment("P2", "W01", "2010-01", 1, with("reported_on", "2010-03-20")),
		payment("P3", "W01", "2010-01", 1, with("reported_on", "2010-03-19"))}})
	require.Equal(t, []any{http.StatusUnprocessableEntity, "rule-violated", []any{"/items/1/reported_on"}}, []any{late.status, late.code(t), late.pointers(h)})
	require.Equal(t, []string{"P1"}, h.column("select payment_ref from payments"), "the list is refused whole")
	loading.accepted("/payment-intakes", []object{payment("P2", "W01", "2010-01", 1, with("reported_on", "2010-03-20"))})
}

func TestAnUnreadPaymentSaysWhy(t *testing.T) {
	t.Parallel()
	h := paying(t)
	judged := h.inps().intake("/payment-intakes", []object{payment("P1", "", "2010-01", 1), payment("P2", "W01", "2010-01", 0)})
	var got []string
	for _, r := range judged["rows"].([]any) {
		why := r.(object)["codes"].([]any)[0].(object)
		got = append(got, fmt.Sprint(r.(object)["reference"], " ", why["code"], " ", why["field"]))
	}
	require.Equal(t, []string{"P1 either worker_ref", "P2 zero paid_cents"}, got)
}

func TestPaymentsAreToldByRegionAndMonthAndPostNothing(t *testing.T) {
	t.Parallel()
	h := paying(t)
	const booked = "select count(*)::text from plafond_movements"
	before := h.column(booked)
	judged := h.inps().accepted("/payment-intakes", []object{payment("P1", "W01", "2010-02", 500), payment("P2", "W08", "2010-01", 300), payment("P3", "W02", "2010-01", 7),
		payment("P4", "W01", "2010-02", -100), payment("P5", "W02", "2010-02", 1)})
	var told []string
	for _, e := range h.Emitted() {
		if e.Type == "it.w2w.lsu.payments.reported.v1" {
			require.Equal(t, intakeSubject(judged), e.Subject)
			told = append(told, e.Administration+" "+strings.ReplaceAll(string(e.Data), " ", ""))
		}
	}
	require.Equal(t, []string{`18 {"months":[{"cents":7,"month":"2010-01","payments":1},{"cents":401,"month":"2010-02","payments":3}]}`,
		`19 {"months":[{"cents":300,"month":"2010-01","payments":1}]}`}, told)
	h.inps().intake("/payment-intakes", []object{payment("P1", "W01", "2010-02", 500)})
	require.Len(t, h.column("select subject from outbox where type = 'it.w2w.lsu.payments.reported.v1'"), 2, "a list without an accepted row tells nothing")
	require.Equal(t, before, h.column(booked))
}

func TestADayOfReportIsTodayUnlessTheCallerMayLoadThePast(t *testing.T) {
	t.Parallel()
	h := paying(t)
	good := payment("P1", "W01", "2010-01", 1)
	for day, c := range map[string]struct {
		by   caller
		code string
	}{
		"2010-03-22": {h.inps(), "scope-missing"},
		tomorrow():   {h.inps(auth.ScopeBackdate), "rule-violated"},
	} {
		bad := payment("P2", "W01", "2010-01", 1, with("reported_on", day))
		code, place := c.by.refused("/payment-intakes", "application/json", object{"items": []object{good, bad}})
		require.Equal(t, []string{c.code, "/items/1/reported_on"}, []string{code, place})
	}
	require.Empty(t, h.column("select payment_ref from payments"))
	h.inps(auth.ScopeBackdate).accepted("/payment-intakes", []object{good, payment("P2", "W01", "2010-01", 1, with("reported_on", "2010-03-22"))})
	require.Equal(t, []string{"P1 false", "P2 true"}, h.column("select payment_ref || ' ' || (reported_on = '2010-03-22') from payments order by payment_ref"))
}

func TestFailedPaymentsAreCorrectedAndSentAgain(t *testing.T) {
	t.Parallel()
	h := paying(t)
	list := "payment_ref,worker_ref,tax_code,month,paid_cents,paid_on\nP1,W01,,2010-13,5,2010-03-20\nP2,,,2010-01,5,2010-03-20\nP3,,NOBODY,2010-01,5,2010-03-20\nP4,W01,,2010-01,5,2010-03-20\n"
	judged := h.inps().file("/payment-intakes", csvMedia, list).json(t)
	require.Equal(t, []string{"UNREAD", "UNREAD", "WORKER_UNKNOWN", "ACCEPTED"}, verdicts(judged))
	failed := h.ministry().send(http.MethodGet, intakeOf(judged)+"/failed-rows?purpose=correzione", nil, "Accept", csvMedia)
	corrected := strings.NewReplacer("2010-13", "2010-02", "P2,,", "P2,W02,", "NOBODY", testkit.TaxCode(3)).Replace(string(failed.raw))
	require.Equal(t, []string{"ACCEPTED", "ACCEPTED", "ACCEPTED"}, verdicts(h.inps().file("/payment-intakes", csvMedia, corrected).json(t)))
}

func TestOfReversalsAtOnceNoneTakesBackMoreThanWasPaid(t *testing.T) {
	t.Parallel()
	h := paying(t)
	h.inps().accepted("/payment-intakes", []object{payment("P", "W01", "2010-01", 100)})
	var all sync.WaitGroup
	for n := range 6 {
		list := []object{payment(fmt.Sprint("R", n), "W01", "2010-01", -60)}
		for row := range 500 { // a list that takes its time between what it reads and what it writes
			list = append(list, payment(fmt.Sprintf("P%d-%d", n, row), "W02", "2010-01", 1))
		}
		all.Go(func() { h.inps().intake("/payment-intakes", list) })
	}
	all.Wait()
	require.Equal(t, []string{"40"}, h.column("select sum(paid_cents)::text from payments p join workers w on w.id = worker_id where worker_ref = 'W01'"))
	require.Equal(t, []string{"3000"}, h.column("select sum(paid_cents)::text from payments p join workers w on w.id = worker_id where worker_ref = 'W02'"))
}

func TestPaymentsAreReportedByINPS(t *testing.T) {
	t.Parallel()
	h := paying(t)
	list := object{"items": []object{payment("P1", "W01", "2010-01", 1)}}
	for name, by := range map[string]caller{"a Region": h.as("18", "portal", "inps:exchange"), "without the role": h.as(auth.AllAdministrations, "ministry", "pool:upload")} {
		require.Equal(t, http.StatusForbidden, by.send(http.MethodPost, "/payment-intakes", list).status, name)
	}
	require.Empty(t, h.column("select payment_ref from payments"))
}
