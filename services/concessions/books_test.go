package concessions_test

import (
	"net/http"
	"net/url"

	"w2w/pkg/plafond/plafondtest"
	"w2w/pkg/testkit/apitest"
)

// books are queries that find an application whose acts and whose money tell different stories.
var books = map[string]string{
	"each transition has one audit record and one event": recorded,
	"what was paid is what the ledger spent": `select c.reference from plafond_commitments c
		where c.spent_cents <> (select coalesce(sum(cents), 0) from inps_payments p where c.reference = 'application/' || p.application_id)`,
	"payments stay within the authorisation": `select z.application_id::text from inps_authorisations z join inps_payments p using (application_id)
		group by z.application_id, z.hours, z.cents having sum(p.hours) > z.hours or sum(p.cents) > z.cents`,
	"a decree grants what was committed": `select g.application_id::text from decree_applications g
		join plafond_commitments c on c.reference = 'application/' || g.application_id where c.committed_cents <> g.committed_cents`,
	"money is set aside from IMPEGNATA on, and only then": `select a.id::text from applications a
		left join plafond_commitments c on c.reference = 'application/' || a.id
		where (c.reference is null) <> (a.state not in ('IMPEGNATA', 'DECRETATA', 'TRASMESSA_INPS', 'ACCETTATA_INPS', 'SCARTATA_INPS', 'RETTIFICATA',
			'AUTORIZZATA_INPS', 'IN_PAGAMENTO', 'CONSUNTIVATA', 'CHIUSA', 'REVOCATA', 'ANNULLATA')) and a.state <> 'RINUNCIATA'`,
	"an end without payments to come leaves nothing committed": `select a.id::text from applications a
		join plafond_commitments c on c.reference = 'application/' || a.id left join closings z on z.application_id = a.id
		where (a.state in ('RINUNCIATA', 'REVOCATA', 'ANNULLATA') or z.effects_ended) and c.committed_cents <> c.spent_cents + c.released_cents`,
	"what waits for INPS is what was sent": `select a.id::text from applications a
		where (a.state = 'TRASMESSA_INPS') <> exists (select 1 from inps_records r where r.application_id = a.id and r.settled_at is null)`,
}

// recorded is invariants I5 and I7 of the catalogue for the acts upon applications.
const recorded = `select t.application_id || ' ' || t.event from (select application_id, event, count(*) as n from transitions group by 1, 2) t
	where t.n <> (select count(*) from audit_records r where r.subject = 'application/' || t.application_id and r.action = 'application.' || t.event)
		or t.n <> (select count(*) from outbox o where o.subject = 'application/' || t.application_id and o.data->>'event' = t.event
			and o.type = 'it.w2w.concessions.application.moved.v1')`

// checkBooks fails a test after which the books of the ledger or of the exchange with INPS do not balance.
func checkBooks(h *apitest.House) {
	plafondtest.CheckInvariants(h.T, h.DB)
	h.RequireEmpty(books)
}

// told returns the events of a type up to now. An assignment to Sardegna ends the list: other transactions may
// hold the feed back for a while.
func (h *house) told(kind string) (out []object) {
	h.t.Helper()
	h.assign("20", 1)
	everything := h.as("*", "follower")
	for cursor, ended := "", false; !ended; {
		page := everything.send(http.MethodGet, "/events?limit=1000&wait=8&after="+url.QueryEscape(cursor), nil).json(h.t)
		cursor = page["next_cursor"].(string)
		for _, x := range page["items"].([]any) {
			e := x.(object)
			if e["type"] == kind {
				out = append(out, e)
			}
			ended = ended || e["administration"] == "20"
		}
	}
	return out
}
