package store

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/feed"
	"w2w/pkg/httpx"
	"w2w/pkg/period"
	"w2w/pkg/plafond"
	"w2w/services/lsu/internal/domain"
)

// Content writes a report as clients get it, always in the same bytes, with their SHA-256.
type Content func(domain.Report) (raw []byte, sha256 string, err error)

// MonthMove is a wish to move a month, at the version that the caller read.
type MonthMove struct {
	Region  string
	Month   period.Month
	Event   domain.MonthEvent
	Reason  string
	ActedOn *period.Date // today when nil
	IfMatch string
	Content Content
}

const (
	openMonth = `insert into months (administration, month, state, version) values ($1, $2, 'OPEN', 1) on conflict do nothing`
	lockMonth = `select g.administration, g.month, g.state, g.version, g.submitted_on, coalesce(g.submitted_by, ''), coalesce(g.submitted_sha256, ''),
	g.closed_on, coalesce(g.closed_by, ''),
	exists (select 1 from conventions v where v.administration = g.administration and v.year = extract(year from g.month)),
	(select closes_on from reports r where r.administration = g.administration and r.month = g.month),
	exists (select 1 from months b where b.administration = g.administration and b.month = g.month - interval '1 month' and b.state = 'CLOSED')
from months g where g.administration = $1 and g.month = $2 for update`
	saveMonth = `update months set state = $3, version = $4, submitted_on = $5, submitted_by = nullif($6, ''), submitted_sha256 = nullif($7, ''),
	closed_on = $8, closed_by = nullif($9, ''), updated_at = $10 where administration = $1 and month = $2`
	// When a step was recorded is the database's to say: replicas whose clocks differ must not change the order of the steps.
	insertStep = `insert into month_transitions (id, administration, month, from_state, event, to_state, client, actor, acted_on, reason, content_sha256, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, nullif($10, ''), nullif($11, ''), clock_timestamp())`
	freeze = `insert into reports (administration, month, closes_on, rules_version, line, content, content_sha256, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)`
)

// figures are a report as it is now, with its bytes.
type figures struct {
	domain.Report
	raw []byte
}

// MoveMonth applies a named event to a month. What was received by its closing date can't change between the look at
// the figures and the commit: intakes are kept out.
func (d *Desk) MoveMonth(tx *database.Tx, by auth.Identity, w MonthMove) (m domain.Month, err error) {
	if d, err = d.settled(tx, shareRegister); err != nil {
		return m, err
	}
	if m, err = d.lockMonth(tx, by, w.Region, w.Month); err != nil {
		return m, err
	}
	if err := httpx.MatchVersion(w.IfMatch, m.Version); err != nil {
		return m, err
	}
	act := domain.MonthAct{Event: w.Event, By: by, Reason: w.Reason}
	if act.On, err = by.ActDate(d.clock, w.ActedOn, "/acted_on"); err != nil {
		return m, err
	}
	if err := d.notAhead(act.On, "/acted_on"); err != nil {
		return m, err
	}
	var now figures
	row, err := m.Apply(act, func() (sha256 string, err error) {
		if now.Report, err = d.build(tx, w.Region, w.Month, domain.AsClosed); err != nil {
			return "", err
		}
		now.raw, sha256, err = w.Content(now.Report)
		return sha256, err
	})
	if err != nil {
		return m, err
	}
	if err := d.recordStep(tx, &m, row, act); err != nil {
		return m, err
	}
	if m.State == domain.Closed {
		return m, d.freeze(tx, &m, now, act)
	}
	return m, nil
}

// lockMonth takes the month, which has a row from now on; a month before the pool is not there.
func (d *Desk) lockMonth(tx *database.Tx, by auth.Identity, region string, month period.Month) (m domain.Month, err error) {
	if err := d.ownRegion(by, region); err != nil {
		return m, err
	}
	first, err := d.rules().FirstMonth()
	if err != nil {
		return m, err
	}
	if month < first {
		return m, notFound()
	}
	tx.Queue(openMonth, region, month)
	tx.Queue(lockMonth, region, month).QueryRow(func(r pgx.Row) (err error) {
		m, err = d.scanMonth(r, first)
		return err
	})
	return m, tx.Flush()
}

// recordStep queues the month with its transition, event and audit record.
func (d *Desk) recordStep(tx *database.Tx, m *domain.Month, row domain.MonthRow, act domain.MonthAct) error {
	tx.Queue(saveMonth, m.Region, m.Month, m.State, m.Version, m.SubmittedOn, m.SubmittedBy, m.SubmittedSHA256, m.ClosedOn, m.ClosedBy, d.clock())
	tx.Queue(insertStep, uuid.Must(uuid.NewV7()), m.Region, m.Month, row.From, row.Event, row.To, act.By.Client, act.By.Actor, act.On,
		act.Reason, m.SubmittedSHA256)
	err := feed.Append(tx, feed.Event{Type: "it.w2w.lsu.month.moved.v1", Subject: subjectOfMonth(m), Administration: m.Region,
		Data: map[string]any{"month": m.Month, "from": row.From, "event": row.Event, "to": row.To, "acted_on": act.On, "version": m.Version}})
	if err != nil {
		return err
	}
	return audit.Append(tx, audit.Record{Action: "month." + string(row.Event), Subject: subjectOfMonth(m), Administration: m.Region, By: act.By})
}

// subjectOfMonth is the name of a month in events, audit records and the ledger.
func subjectOfMonth(m *domain.Month) string { return fmt.Sprintf("month/%s/%s", m.Region, m.Month) }

// freeze keeps the report of a closed month for ever, tells it and commits its allowance. The money goes last: its
// account is locked for no longer than the commit takes.
func (d *Desk) freeze(tx *database.Tx, m *domain.Month, f figures, act domain.MonthAct) error {
	line, err := json.Marshal(f.Line)
	if err != nil {
		return err
	}
	share, err := d.rules().StatePercent(m.Month)
	if err != nil {
		return err
	}
	tx.Queue(freeze, m.Region, m.Month, f.ClosesOn, d.rules().Version(), line, string(f.raw), m.SubmittedSHA256, d.clock())
	err = feed.Append(tx, feed.Event{Type: "it.w2w.lsu.month.closed.v1", Subject: subjectOfMonth(m), Administration: m.Region,
		Data: map[string]any{"month": m.Month, "at_start": f.AtStart, "exits": f.Left(), "at_end": f.AtEnd, "asu_due_cents": f.DueCents,
			"convention_residual_cents": f.ResidualCents, "content_sha256": m.SubmittedSHA256}})
	if err != nil {
		return err
	}
	r := plafond.Reservation{Key: account(m.Region, m.Month.Year()), Reference: subjectOfMonth(m), Cents: f.DueCents, StatePercent: share,
		Act: fmt.Sprint("Chiusura ", m.Month), EffectiveOn: act.On}
	if percent := d.rules().ThresholdPercent(act.On); percent > 0 {
		r.Warning = &plafond.Warning{Percent: percent, Event: "it.w2w.lsu.convention.threshold.v1"}
	}
	return plafond.QueueReserve(tx, r, new(plafond.Commitment))
}
