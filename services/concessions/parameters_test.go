package concessions_test

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func parameter(key string, value any, from string) object {
	return object{"key": key, "value": value, "valid_from": from, "legal_ref": "L. 1/2026", "act": "DM 7/2026"}
}

func (h *house) parameters(query string) []any {
	h.t.Helper()
	a := h.as("07", "office").send(http.MethodGet, "/parameters"+query, nil)
	require.Equal(h.t, http.StatusOK, a.status, string(a.raw))
	return a.json(h.t)["items"].([]any)
}

// spans writes values as value, first and last day.
func spans(list []any) (out [][]any) {
	for _, x := range list {
		p := x.(object)
		out = append(out, []any{p["value"], p["valid_from"], p["valid_to"]})
	}
	return out
}

func TestAChangeKeepsWhatItReplaces(t *testing.T) {
	t.Parallel()
	h := open(t)
	ministry := h.as("*", "ministry")
	before := h.parameters("?key=share.state_percent")
	require.Equal(t, [][]any{{70.0, "2009-02-12", "2011-06-30"}, {60.0, "2011-07-01", nil}}, spans(before))
	seen := before[0].(object)["recorded_at"].(string)

	order := parameter("share.state_percent", 65, "2010-01-01")
	order["valid_to"] = "2010-12-31"
	made := ministry.post("/parameters", order)
	require.Equal(t, []any{65.0, "DM 7/2026", "L. 1/2026", "PERCENT", 2.0}, []any{made["value"], made["source"], made["legal_ref"], made["unit"], made["version"]})
	require.Equal(t, [][]any{{70.0, "2009-02-12", "2009-12-31"}, {65.0, "2010-01-01", "2010-12-31"}, {70.0, "2011-01-01", "2011-06-30"}, {60.0, "2011-07-01", nil}},
		spans(h.parameters("?key=share.state_percent")))
	require.Equal(t, spans(before), spans(h.parameters("?key=share.state_percent&recorded_at="+url.QueryEscape(seen))), "as it was known")
	require.Equal(t, [][]any{{65.0, "2010-01-01", "2010-12-31"}}, spans(h.parameters("?prefix=share.&on=2010-06-01")))
	for _, none := range []string{"?prefix=hare.", "?prefix=share_", "?key=share.", "?key=share.state_percent&on=2009-02-11"} {
		require.Empty(t, h.parameters(none), none)
	}
	history := h.parameters("/share.state_percent")
	require.Len(t, history, 5)
	first := history[0].(object)
	require.Equal(t, []any{70.0, "2011-06-30", 1.0, 2.0, "2009-2014.yaml"}, []any{first["value"], first["valid_to"], first["version"], first["superseded_version"], first["source"]})

	open := ministry.post("/parameters", parameter("share.state_percent", 75, "2010-07-01"))
	require.Equal(t, "2010-12-31", open["valid_to"], "until the next value that is known")
	last := ministry.post("/parameters", parameter("share.state_percent", 50, "2030-01-01"))
	require.Nil(t, last["valid_to"])
	require.Equal(t, [][]any{{50.0, "2030-01-01", nil}}, spans(h.parameters("?key=share.state_percent&on=2031-01-01")))
	require.Equal(t, http.StatusNotFound, h.as("07", "office").send(http.MethodGet, "/parameters/share.percent", nil).status)
}

func TestEveryAdministrationHearsOfAChange(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.as("MLPS", "ministry").post("/parameters", parameter("cap.low_cents", 90000, "2010-04-01"))
	for _, administration := range []string{"07", "03", "*"} {
		items := h.as(administration, "office").send(http.MethodGet, "/events?wait=8", nil).json(t)["items"].([]any)
		require.Len(t, items, 1, "what the files brought at the first start is no change")
		event := items[0].(object)
		require.Equal(t, []any{"it.w2w.concessions.parameter.changed.v1", "parameter/cap.low_cents", "*"}, []any{event["type"], event["subject"], event["administration"]})
		require.Equal(t, object{"key": "cap.low_cents", "value": 90000.0, "valid_from": "2010-04-01", "valid_to": "2010-12-31", "legal_ref": "L. 1/2026", "source": "DM 7/2026", "version": 2.0}, event["data"])
	}
	var actions []string
	require.NoError(t, h.db.Read(context.Background(), "MLPS", func(b *pgx.Batch) {
		b.Queue("select action from audit_records where administration = 'MLPS' order by id").Query(func(r pgx.Rows) (err error) {
			actions, err = pgx.CollectRows(r, pgx.RowTo[string])
			return err
		})
	}))
	require.Equal(t, []string{"parameters.bring", "parameter.change"}, actions)
}

func TestAParameterThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	h := open(t)
	ministry := h.as("*", "ministry")
	before := h.parameters("")
	for name, x := range map[string]struct {
		field   string
		value   any
		status  int
		pointer string
	}{
		"an unknown key":            {"key", "cap.middle_cents", 422, "/key"},
		"a key that is no key":      {"key", "cap low", 422, "/key"},
		"a switch for an amount":    {"value", true, 422, "/value"},
		"a debt":                    {"value", -5, 422, "/value"},
		"half a cent":               {"value", 100.5, 422, "/value"},
		"text":                      {"value", "900", 422, "/value"},
		"nothing":                   {"value", nil, 422, "/value"},
		"an absurd amount":          {"value", 100000000, 422, "/value"},
		"a day that does not exist": {"valid_from", "2010-02-30", 422, "/valid_from"},
		"a far day":                 {"valid_from", "9999-12-31", 422, "/valid_from"},
		"backwards":                 {"valid_to", "2009-12-31", 422, "/valid_to"},
		"a blank source":            {"legal_ref", "  ", 422, "/legal_ref"},
		"no act":                    {"act", "", 422, "/act"},
		"NUL":                       {"act", "DM\x00", 422, "/act"},
		"a field of the service":    {"version", 9, 400, "/version"},
	} {
		order := parameter("cap.low_cents", 90000, "2010-04-01")
		order[x.field] = x.value
		a := ministry.send(http.MethodPost, "/parameters", order)
		require.Equal(t, x.status, a.status, "%s: %s", name, a.raw)
		require.Contains(t, pointers(t, a), x.pointer, name)
	}
	portal := h.as("03", "office", "applications:read", "applications:file", "plafonds:assign")
	require.Equal(t, http.StatusForbidden, portal.send(http.MethodPost, "/parameters", parameter("cap.low_cents", 90000, "2010-04-01")).status)
	require.Equal(t, http.StatusForbidden, h.as("03", "office", "events:read").send(http.MethodGet, "/parameters", nil).status)
	require.Equal(t, http.StatusForbidden, h.as("03", "office", "events:read").send(http.MethodGet, "/parameters/cap.low_cents", nil).status)
	require.Equal(t, "idempotency-key-missing", ministry.send(http.MethodPost, "/parameters", parameter("cap.low_cents", 1, "2010-04-01"), "Idempotency-Key", "").code(t))
	require.Equal(t, before, h.parameters(""), "nothing has changed")
}

func TestAChangeIsMadeOnceForItsKey(t *testing.T) {
	t.Parallel()
	h := open(t)
	ministry := h.as("*", "ministry")
	first := ministry.post("/parameters", parameter("cap.low_cents", 90000, "2010-04-01"), "Idempotency-Key", "k")
	again := ministry.send(http.MethodPost, "/parameters", parameter("cap.low_cents", 90000, "2010-04-01"), "Idempotency-Key", "k")
	require.Equal(t, "true", again.header.Get("Idempotency-Replayed"))
	require.Equal(t, first, again.json(t))
	require.Len(t, h.parameters("?key=cap.low_cents&on=2010-04-01"), 1)
}

// TestChangesAtOnce lets many change one key together: each is a step, and each day has one value.
func TestChangesAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	var clients sync.WaitGroup
	for n := range 8 {
		clients.Go(func() {
			order := parameter("filing.days_from_start", 30+n, time.Date(2010, 1, 1+10*n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
			order["valid_to"] = "2010-12-31"
			if a := h.as("*", "ministry").send(http.MethodPost, "/parameters", order); a.status != http.StatusCreated {
				t.Error(a.status, string(a.raw))
			}
		})
	}
	clients.Wait()
	versions := map[any]bool{}
	for _, x := range h.parameters("/filing.days_from_start") {
		versions[x.(object)["version"]] = true
	}
	require.Len(t, versions, 9, "the files and eight changes")
	require.True(t, versions[9.0])
	for day := time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == 2010; day = day.AddDate(0, 0, 10) {
		require.Len(t, h.parameters("?key=filing.days_from_start&on="+day.Format(time.DateOnly)), 1)
	}
}
