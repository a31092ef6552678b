package store

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/feed"
	"w2w/pkg/period"
	"w2w/services/concessions/internal/domain"
)

// Examine judges a file under examination: its rows again, the overlaps over all administrations, and the
// application as a whole. An admissible file covers the periods of its accepted workers from now on.
func (d *Desk) Examine(tx *database.Tx, by auth.Identity, id uuid.UUID, asked *period.Date) (Judged, error) {
	on, err := by.ActDate(d.clock, asked, "/acted_on")
	if err != nil {
		return Judged{}, err
	}
	a, err := lock(tx, id)
	if err != nil {
		return Judged{}, err
	}
	if a.State != domain.UnderExamination {
		return Judged{}, fault.New(fault.StateConflict, "L'istanza non è in istruttoria.", "The application is not under examination.").
			With("state", string(a.State)).With("allowed", []string{string(domain.UnderExamination)})
	}
	rows, keys, err := d.loadRows(tx, &a)
	if err != nil {
		return Judged{}, err
	}
	rules := d.rules()
	if err := a.Judge(rows, rules); err != nil {
		return Judged{}, err
	}
	a.Examiner = by.Actor
	if err := judgeAndCover(tx, &a, rows, keys, rules); err != nil {
		return Judged{}, err
	}
	was := a.Version
	a.Version++
	saveVerdicts(tx, &a, rows)
	d.save(tx, &a, was)
	return Judged{a, rows}, announce(tx, &a, by, on)
}

// judgeAndCover finds the verdict with the overlaps of the moment, and covers the persons of an admissible
// file. When another examination has covered one of them meanwhile, that row is rejected and the file judged
// again: each round rejects one row at least, so the rounds end.
func judgeAndCover(tx *database.Tx, a *domain.Application, rows []domain.Worker, keys [][]byte, rules domain.Rules) error {
	forbidden := rules.ForbidOverlaps(a.FiledOn)
	for {
		if forbidden {
			if err := rejectOverlaps(tx, a, rows, keys); err != nil {
				return err
			}
		}
		if err := a.Examine(rows, rules); err != nil {
			return err
		}
		if a.Verdict != domain.Admissible {
			tx.Queue("select free_periods($1)", a.ID)
			return nil
		}
		covered, err := cover(tx, a, rows, keys, forbidden)
		if err != nil || len(covered) == a.Accepted || !forbidden {
			return err
		}
		for i := range rows {
			if rows[i].Accepted() && !covered[rows[i].Row] {
				rows[i].Reject(domain.PeriodOverlap)
			}
		}
	}
}

// rejectOverlaps asks, for all rows at once, whether the person is covered already in the period.
func rejectOverlaps(tx *database.Tx, a *domain.Application, rows []domain.Worker, keys [][]byte) error {
	var covered []bool
	err := tx.QueryRow("select periods_overlap($1, daterange($2, $3, '[]'), $4)", []any{keys, a.Period.From, a.Period.To, a.ID}, &covered)
	if err != nil {
		return err
	}
	for i := range rows {
		if covered[i] {
			rows[i].Reject(domain.PeriodOverlap)
		}
	}
	return nil
}

const updateVerdicts = `update application_workers w set codes = case when u.codes = '' then '{}' else string_to_array(u.codes, ';') end, estimate_cents = u.cents
from unnest($2::int[], $3::text[], $4::bigint[]) u(row, codes, cents)
where w.application_id = $1 and w.row = u.row and (w.estimate_cents <> u.cents or array_to_string(w.codes, ';') <> u.codes)`

func saveVerdicts(tx *database.Tx, a *domain.Application, rows []domain.Worker) {
	var c workerColumns
	for _, w := range rows {
		c.row, c.codes, c.cents = append(c.row, w.Row), append(c.codes, joinCodes(w.Codes)), append(c.cents, w.EstimateCents)
	}
	tx.Queue(updateVerdicts, a.ID, c.row, c.codes, c.cents)
}

// cover occupies the periods of the accepted rows, in place of what the file covered before, and returns the
// rows that it got: the others are covered by somebody else. A person who stands in two accepted rows is
// covered once. Where overlaps are not forbidden, what nobody else covers is occupied of each period.
func cover(tx *database.Tx, a *domain.Application, rows []domain.Worker, keys [][]byte, forbidden bool) (map[int]bool, error) {
	var accepted []int
	var persons [][]byte
	first := map[string]int{}
	for i, w := range rows {
		if _, twice := first[string(keys[i])]; w.Accepted() && !twice {
			first[string(keys[i])] = w.Row
			accepted, persons = append(accepted, w.Row), append(persons, keys[i])
		}
	}
	function := "cover_periods"
	if !forbidden {
		function = "cover_free_periods"
	}
	covered := make(map[int]bool, len(accepted))
	err := tx.Query(func(r pgx.Rows) error {
		var row int
		err := r.Scan(&row)
		covered[row] = true
		return err
	}, "select "+function+"($1, $2, $3, daterange($4, $5, '[]'))", a.ID, persons, accepted, a.Period.From, a.Period.To)
	for i, w := range rows {
		if w.Accepted() && covered[first[string(keys[i])]] {
			covered[w.Row] = true
		}
	}
	return covered, err
}

func announce(tx *database.Tx, a *domain.Application, by auth.Identity, on period.Date) error {
	subject := "application/" + a.ID.String()
	err := feed.Append(tx, feed.Event{Type: "it.w2w.concessions.application.examined.v1", Subject: subject, Administration: a.Administration,
		Data: map[string]any{"verdict": a.Verdict, "codes": text(a.Codes), "accepted": a.Accepted, "rejected": a.Rejected, "estimate_cents": a.EstimateCents, "acted_on": on}})
	if err != nil {
		return err
	}
	return audit.Append(tx, audit.Record{Action: "application.examine", Subject: subject, Administration: a.Administration, By: by,
		Detail: map[string]any{"verdict": a.Verdict, "acted_on": on}})
}
