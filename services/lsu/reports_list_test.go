package lsu_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// place is where a figure stands in a list.
func place(o object) string { return line(of(o, "region", "month", "view", "at_end")) }

func TestListsOfFiguresHoldWhatTheReportsSay(t *testing.T) {
	t.Parallel()
	h := open(t).told()
	own, all := h.as("18", "reader", "pool:read"), h.as("*", "ministry", "pool:read")
	closed := []string{"18,2010-01,AS_CLOSED,7", "18,2010-02,AS_CLOSED,5"}
	require.Equal(t, closed, each(all.list("/reports?year=2010"), place))
	require.Equal(t, closed, each(own.list("/reports?year=2010&view=AS_CLOSED&region=18"), place))
	require.Equal(t, own.report("18", "2010-02", "")["figures"], own.list("/reports?year=2010")[1])
	require.Equal(t, []string{"18,2010-01,AS_KNOWN,6", "18,2010-02,AS_KNOWN,5", "18,2010-03,AS_KNOWN,5", "19,2010-01,AS_KNOWN,5", "19,2010-02,AS_KNOWN,5", "19,2010-03,AS_KNOWN,5"},
		each(all.list("/reports?year=2010&view=AS_KNOWN&known_on=2010-03-01"), place), "March began on that day")
	known := own.list("/reports?year=2010&view=AS_KNOWN")
	require.Len(t, known, 12)
	require.Equal(t, own.report("18", "2010-07", "?view=AS_KNOWN")["figures"], known[6])
	for name, path := range map[string]string{"another Region's": "/reports?year=2010&view=AS_KNOWN&region=19", "of another year": "/reports?year=2011&view=AS_KNOWN",
		"closed ones of another year": "/reports?year=2011", "another Region's closed": "/reports?year=2010&region=19", "of years before the pool": "/reports?year=2009&view=AS_KNOWN"} {
		require.Empty(t, own.list(path), name)
	}
	file := string(own.send(http.MethodGet, "/reports?year=2010", nil, "Accept", csvMedia).raw)
	require.Equal(t, 3, strings.Count(file, "\n"), file)
	require.Contains(t, file, "DECESSO;STABILIZZAZIONE")
}

func TestPaymentsCountAsFarAsTheViewKnows(t *testing.T) {
	t.Parallel()
	h := open(t).told()
	h.as("*", "inps", loader...).accepted("/payment-intakes", []object{
		{"payment_ref": "P1", "worker_ref": "W04", "month": "2010-01", "paid_cents": asu, "paid_on": "2010-02-20", "reported_on": "2010-03-31"},
		{"payment_ref": "P2", "worker_ref": "W04", "month": "2010-02", "paid_cents": asu - 1, "paid_on": "2010-03-20", "reported_on": "2010-04-11"},
	})
	h.closed("18", "2010-03", "2010-04-11")
	own := h.as("18", "reader", "pool:read")
	for query, want := range map[string][]any{
		"?year=2010": {0.0, float64(asu)},
		"?year=2010&view=AS_KNOWN&known_on=2010-04-10": {0.0, float64(asu)},
		"?year=2010&view=AS_KNOWN&known_on=2010-04-11": {0.0, float64(2*asu - 1)},
	} {
		require.Equal(t, want, of(own.list("/reports" + query)[2], "paid_cents", "year_paid_cents"), query)
	}
	require.EqualValues(t, asu-1, own.list("/reports?year=2010&view=AS_KNOWN")[1]["paid_cents"])
}

func TestCorrectionsAreListedByPages(t *testing.T) {
	t.Parallel()
	h := open(t).told()
	h.learnsLate()
	h.closed("19", "2010-01", "2010-02-11")
	h.moved(movement("M7", "W09", "SUSPEND", "2010-01-31", "2010-04-20", "MALATTIA"), movement("M6", "W08", "EXIT", "2010-02-28", "2010-04-20", "RINUNCIA"))
	h.as("*", "ministry", loader...).intake("/movement-intakes", []object{movement("M8", "W04", "EXIT", "2010-02-01", "2010-04-20", "RINUNCIA")})
	own, all := h.as("18", "reader", "pool:read"), h.as("*", "ministry", "pool:read")
	write := func(o object) string {
		return line(of(o, "region", "month_of_reference", "month_received", "movement_ref", "month_learned", "event", "effect_cents"))
	}
	// M7 takes away a day of January; the later months of Region 19 are not closed, so nothing was due for them yet, and
	// nothing changes by M6 either. M8 is rejected: the worker had left.
	m4, m5 := fmt.Sprint("18,2010-01,2010-03,M4,2010-02,EXIT,", 27516-asu), fmt.Sprint("18,2010-01,2010-03,M5,2010-03,EXIT,", 34395-asu-asu)
	m7, m6 := fmt.Sprint("19,2010-01,2010-04,M7,2010-04,SUSPEND,", 51592-asu), "19,2010-02,2010-04,M6,2010-04,EXIT,0"
	for query, want := range map[string][]string{
		"?limit=1": {m4, m5, m7, m6}, "": {m4, m5, m7, m6}, "?limit=3": {m4, m5, m7, m6}, "?region=19": {m7, m6}, "?month_of_reference=2010-02": {m6},
		"?month_learned=2010-03": {m5}, "?year=2010&limit=2": {m4, m5, m7, m6}, "?year=2011": nil, "?month_of_reference=0000-01": nil,
		"?region=18&month_learned=2010-02&month_of_reference=2010-01&year=2010": {m4},
	} {
		require.Equal(t, want, each(all.list("/corrections"+query), write), query)
	}
	require.Equal(t, []string{m4, m5}, each(own.list("/corrections"), write), "of the own Region")
	require.Empty(t, own.list("/corrections?region=19"))
	file := string(all.send(http.MethodGet, "/corrections", nil, "Accept", csvMedia).raw)
	require.Equal(t, 5, strings.Count(file, "\n"), file)
	require.NotContains(t, file, "W0", "a correction names no worker")
	require.Equal(t, own.report("18", "2010-02", "")["corrections"].([]any)[0], any(own.list("/corrections")[0]))
}
