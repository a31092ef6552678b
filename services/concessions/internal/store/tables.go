package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/period"
	"w2w/services/concessions/internal/domain"
)

// Participant is an organisation at the table.
type Participant struct {
	Organisation string `json:"organisation"`
	People       int    `json:"people"`
}

// AgendaItem is an application on a session's agenda, with its outcome once there is one.
type AgendaItem struct {
	ApplicationID uuid.UUID
	Outcome       string
	Measure       string // the active-policy measure recommended for the crisis
	Reason        string
}

// Session is one meeting of the table (tavolo).
type Session struct {
	ID             uuid.UUID
	Administration string
	Level          string
	HeldOn         period.Date
	Place          string
	Participants   []Participant
	Minutes        string
	CreatedAt      time.Time
	Count          int // applications on the agenda
	Agenda         []AgendaItem
}

// Convene stores a session and brings the applications of its agenda to the table: admissible ones from
// the examination, postponed ones again.
func (d *Desk) Convene(tx *database.Tx, by auth.Identity, s Session, applications []uuid.UUID) (Session, error) {
	on, err := by.ActDate(d.clock, &s.HeldOn, "/held_on")
	if err != nil {
		return s, err
	}
	s.ID, s.Administration, s.CreatedAt, s.Count = uuid.Must(uuid.NewV7()), by.OwnAdministration(), d.clock(), len(applications)
	tx.Queue(`insert into table_sessions (id, administration, level, held_on, place, participants, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
		s.ID, s.Administration, s.Level, s.HeldOn, s.Place, s.Participants, s.CreatedAt)
	files, err := lockAll(tx, applications)
	if err != nil {
		return s, err
	}
	for i, a := range files {
		event := domain.SendToTable
		if a.State == domain.Postponed {
			event = domain.Reconvene
		}
		if err := d.step(tx, a, domain.Act{Event: event, By: by, On: on}); err != nil {
			return s, err
		}
		tx.Queue(`insert into agenda_items (session_id, application_id, administration, position) values ($1, $2, $3, $4)`, s.ID, a.ID, s.Administration, i+1)
		s.Agenda = append(s.Agenda, AgendaItem{ApplicationID: a.ID})
	}
	return s, audit.Append(tx, audit.Record{Action: "table.convene", Subject: "table-session/" + s.ID.String(), Administration: s.Administration, By: by})
}

// step applies an act to a locked application and queues everything that follows from it.
func (d *Desk) step(tx *database.Tx, a *domain.Application, act domain.Act) error {
	was := a.Version
	act.Rules = d.rules()
	s, err := a.Apply(act)
	if err != nil {
		if f := fault.As(err); f != nil {
			f.With("application_id", a.ID)
		}
		return err
	}
	d.save(tx, a, was)
	return record(tx, a, s)
}

var outcomeEvents = map[string]domain.Event{
	string(domain.Granted): domain.Grant, string(domain.Postponed): domain.Postpone, string(domain.RefusalAnnounced): domain.AnnounceRefusal,
}

// Conclude records the outcomes of a session with its minutes and moves the applications.
func (d *Desk) Conclude(tx *database.Tx, by auth.Identity, id uuid.UUID, minutes string, outcomes []AgendaItem) (Session, error) {
	s, err := sessionFor(tx, id)
	if err != nil {
		return s, err
	}
	place := map[uuid.UUID]int{}
	for i, item := range s.Agenda {
		place[item.ApplicationID] = i
	}
	ids := make([]uuid.UUID, len(outcomes))
	for i, o := range outcomes {
		if _, ok := place[o.ApplicationID]; !ok {
			return s, fault.New(fault.RuleViolated, "L'istanza non è all'ordine del giorno.", "The application is not on the agenda.").With("application_id", o.ApplicationID)
		}
		ids[i] = o.ApplicationID
	}
	files, err := lockAll(tx, ids)
	if err != nil {
		return s, err
	}
	for i, a := range files {
		o := outcomes[i]
		if err := d.step(tx, a, domain.Act{Event: outcomeEvents[o.Outcome], By: by, On: s.HeldOn, Reason: o.Reason}); err != nil {
			return s, err
		}
		tx.Queue(`update agenda_items set outcome = $3, active_policy_measure = nullif($4, ''), reason = nullif($5, '') where session_id = $1 and application_id = $2`,
			s.ID, a.ID, o.Outcome, o.Measure, o.Reason)
		s.Agenda[place[a.ID]] = o
	}
	if minutes != "" {
		s.Minutes = minutes
		tx.Queue(`update table_sessions set minutes = $2, version = version + 1 where id = $1`, s.ID, minutes)
	}
	return s, audit.Append(tx, audit.Record{Action: "table.conclude", Subject: "table-session/" + s.ID.String(), Administration: s.Administration, By: by})
}

const sessionColumns = `id, administration, level, held_on, place, participants, coalesce(minutes, ''), created_at,
	(select count(*) from agenda_items i where i.session_id = table_sessions.id)`

func scanSession(r pgx.Row) (s Session, err error) {
	err = r.Scan(&s.ID, &s.Administration, &s.Level, &s.HeldOn, &s.Place, &s.Participants, &s.Minutes, &s.CreatedAt, &s.Count)
	return s, err
}

const selectAgenda = `select session_id, application_id, coalesce(outcome, ''), coalesce(active_policy_measure, ''), coalesce(reason, '')
from agenda_items where session_id = any($1) order by session_id, position`

func sessionFor(tx *database.Tx, id uuid.UUID) (s Session, err error) {
	tx.Queue("select "+sessionColumns+" from table_sessions where id = $1 for update", id).QueryRow(func(r pgx.Row) (err error) {
		s, err = scanSession(r)
		return err
	})
	err = tx.Query(func(r pgx.Rows) error {
		var of uuid.UUID
		var item AgendaItem
		if err := r.Scan(&of, &item.ApplicationID, &item.Outcome, &item.Measure, &item.Reason); err != nil {
			return err
		}
		s.Agenda = append(s.Agenda, item)
		return nil
	}, selectAgenda, []uuid.UUID{id})
	return s, err
}

// Session returns one session that the caller may see.
func (d *Desk) Session(ctx context.Context, administration string, id uuid.UUID) (s Session, err error) {
	err = d.db.Update(ctx, administration, func(tx *database.Tx) (err error) {
		s, err = sessionFor(tx, id)
		return err
	})
	return s, err
}
