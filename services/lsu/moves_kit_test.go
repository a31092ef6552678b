package lsu_test

import (
	"net/http"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
)

// happened is a movement that was received on the day on which it takes effect; change may add to it.
func happened(ref, workerRef, event, day string, change ...func(object)) object {
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
