package lsu_test

import (
	"net/http"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/period"
)

// moved is a movement that was received on the day on which it takes effect; change may add to it.
func moved(ref, workerRef, event, day string, change ...func(object)) object {
	o := object{"movement_ref": ref, "worker_ref": workerRef, "event": event, "effective_on": day, "received_on": day}
	for _, c := range change {
		c(o)
	}
	return o
}

func received(day string) func(object) { return with("received_on", day) }

func cause(code string) func(object) { return with("cause", code) }

// loader uploads movements of the past.
func (h *house) loader() caller {
	return h.as(auth.AllAdministrations, "loader", "pool:upload", auth.ScopeBackdate)
}

// closed freezes a month of a Region as far as intakes are concerned.
func (h *house) closed(region, month string) {
	h.t.Helper()
	m, err := period.ParseMonth(month)
	require.NoError(h.t, err)
	h.AsOwner("insert into months (administration, month, state, version) values ($1, $2, 'CLOSED', 3)", region, m.First().Time())
	h.AsOwner("insert into reports (administration, month, closes_on, rules_version, line, content, content_sha256) values ($1, $2, $3, 1, '{}', '', '')",
		region, m.First().Time(), ((m + 1).First() + 9).Time())
}

// refused is the code and the first place of an upload that is refused whole.
func (c caller) refused(path, media string, body any) (code, place string) {
	c.h.t.Helper()
	a := c.send(http.MethodPost, path, body, "Content-Type", media)
	require.GreaterOrEqual(c.h.t, a.status, http.StatusBadRequest, string(a.raw))
	o := a.json(c.h.t)
	return o["code"].(string), o["errors"].([]any)[0].(object)["pointer"].(string)
}

func tomorrow() string { return time.Now().AddDate(0, 0, 2).Format(time.DateOnly) }

// intakeSubject names an intake in audit records and events.
func intakeSubject(judged object) string { return "intake/" + judged["intake"].(object)["id"].(string) }
