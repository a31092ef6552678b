package store

import (
	"github.com/google/uuid"

	"w2w/pkg/database"
	"w2w/pkg/feed"
	"w2w/pkg/italia"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
)

const (
	insertMoves = `with u as materialized (select * from unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::date[], $10::date[],
	$11::text[], $12::text[], $13::int[], $14::text[], $15::date[], $16::bool[], $17::int[], $18::int[], $19::text[], $20::uuid[], $21::text[]) with ordinality
	u(id, administration, ref, worker, worker_ref, event, effective, received, cause, entity, hours, codes, learned, late, row, line, state, told, subject, n)),
kept as (insert into movements (id, administration, movement_ref, worker_id, worker_ref, event, effective_on, received_on, cause, to_entity, weekly_hours,
	verdict, codes, month_learned, late, intake_id, intake_row, intake_line, created_at)
select u.id, u.administration, u.ref, nullif(u.worker, '00000000-0000-0000-0000-000000000000'), u.worker_ref, u.event, u.effective, u.received, u.cause, u.entity,
	u.hours, case u.codes when '' then 'ACCEPTED' else 'REJECTED' end, coalesce(string_to_array(nullif(u.codes, ''), ';'), '{}'),
	case u.codes when '' then u.learned end, u.late, $1, u.row, u.line, $2
from u order by u.n) ` + feed.Insert + `select u.told, 'it.w2w.lsu.worker.moved.v1', u.administration, u.subject, jsonb_strip_nulls(jsonb_build_object(
	'event', u.event, 'effective_on', u.effective, 'received_on', u.received, 'state', u.state, 'late', u.late, 'month_learned', to_char(u.learned, 'YYYY-MM'),
	'exit_cause', case u.event when 'EXIT' then u.cause end, 'to_entity', case u.event when 'TRANSFER' then u.entity end,
	'weekly_hours', case u.event when 'CHANGE_HOURS' then u.hours end))
from u where u.codes = '' order by u.n`
	moveStandings = `update workers w set state = u.state, entity_ref = u.entity, weekly_hours = u.hours, last_on = u.last, exited_on = nullif(u.exited, 'epoch'),
	exit_cause = nullif(u.cause, ''), updated_at = $1
from unnest($2::uuid[], $3::text[], $4::text[], $5::int[], $6::date[], $7::date[], $8::text[]) u(id, state, entity, hours, last, exited, cause) where w.id = u.id`
)

// moveColumns are processed movements turned by ninety degrees, as unnest takes them.
type moveColumns struct {
	id, worker                                              []uuid.UUID
	administration, ref, workerRef, event, cause, to, codes []string
	effective, received, learned                            []period.Date
	late                                                    []bool
	hours, row, line                                        []int
	state, subject                                          []string // of the events of the accepted ones
	told                                                    []uuid.UUID
}

// insertMovements queues the processed rows in the order of processing, with an event for each accepted one. The rows
// of workers whom nobody knows belong to who sent them.
func insertMovements(tx *database.Tx, x Intake, own string, rows []domain.Row[domain.Movement], processed []domain.Processed, l *roll) {
	var c moveColumns
	for i := range processed {
		p := &processed[i]
		r := &rows[p.At]
		administration := own
		if s, known := l.reg.Standings[p.Record.WorkerRef]; known {
			administration = s.Region
		}
		c.add(p, administration, l.places[p.Record.WorkerRef])
		c.row, c.line = append(c.row, r.Row), append(c.line, r.Line)
	}
	if len(c.id) > 0 {
		tx.Queue(insertMoves, x.ID, x.CreatedAt, c.id, c.administration, c.ref, c.worker, c.workerRef, c.event, c.effective, c.received, c.cause, c.to, c.hours,
			c.codes, c.learned, c.late, c.row, c.line, c.state, c.told, c.subject)
	}
}

func (c *moveColumns) add(p *domain.Processed, administration string, who place) {
	m := p.Record
	if len(p.Codes) > 0 {
		m.WorkerRef, m.Cause, m.ToEntity = nameless(m.WorkerRef), nameless(m.Cause), nameless(m.ToEntity)
	}
	c.id, c.worker, c.administration = append(c.id, uuid.Must(uuid.NewV7())), append(c.worker, who.id), append(c.administration, administration)
	c.ref, c.workerRef, c.event = append(c.ref, m.Ref), append(c.workerRef, m.WorkerRef), append(c.event, string(m.Event))
	c.cause, c.to, c.hours = append(c.cause, m.Cause), append(c.to, m.ToEntity), append(c.hours, m.WeeklyHours)
	c.effective, c.received = append(c.effective, m.EffectiveOn), append(c.received, m.ReceivedOn)
	c.codes, c.late = append(c.codes, joinCodes(p.Codes)), append(c.late, m.Late)
	c.learned = append(c.learned, m.Learned.First())
	c.state, c.told, c.subject = append(c.state, string(p.State)), append(c.told, uuid.Must(uuid.NewV7())), append(c.subject, subjectOfWorker(who.key))
}

// nameless leaves out a tax code that stands in the place of something else: a rejected movement is kept as it was
// written, and only its failed row is sealed.
func nameless(written string) string {
	if italia.ValidTaxCode(written) {
		return ""
	}
	return written
}

// updateStandings queues where the workers of accepted movements stand now.
func updateStandings(tx *database.Tx, x Intake, processed []domain.Processed, l *roll) {
	var ids []uuid.UUID
	var states, entities, causes []string
	var hours []int
	var last, exited []period.Date
	done := map[string]bool{}
	for i := range processed {
		ref := processed[i].Record.WorkerRef
		if len(processed[i].Codes) > 0 || done[ref] {
			continue
		}
		done[ref] = true
		s := l.reg.Standings[ref]
		ids, states, entities, hours = append(ids, l.places[ref].id), append(states, string(s.State)), append(entities, s.EntityRef), append(hours, s.WeeklyHours)
		last, exited, causes = append(last, s.LastOn), append(exited, s.ExitedOn), append(causes, s.ExitCause)
	}
	if len(ids) > 0 {
		tx.Queue(moveStandings, x.CreatedAt, ids, states, entities, hours, last, exited, causes)
	}
}
