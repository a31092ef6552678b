package season

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	random "math/rand/v2"
	"net/http"
	"slices"
	"time"

	"w2w/pkg/italia"
	"w2w/pkg/period"
	"w2w/services/suite/internal/portal"
)

// Concession is what a trial brought about.
type Concession struct {
	Administration string
	Reference      string
	Application    string // its id
	State          string
	CommittedCents int64
}

// ErrTrial is an installation that answered every call, but not with what must come of it.
var ErrTrial = errors.New("the trial did not end as it must")

const (
	trialCents    = 500_000 // assigned, which is more than two workers take
	decreed       = "DECRETATA"
	trialEmployer = "99999990007" // of an office that does not exist
)

// Try takes one concession of invented persons through the gateway, from the assignment of money to the decree, as the
// clients of the book, and reads it back. Every trial has persons of its own, and what it did stays.
func Try(ctx context.Context, book *portal.Book) (*Concession, error) {
	in, err := trialFor(book)
	if err != nil {
		return nil, err
	}
	a := in.applications[0]
	r := newRun(book, in, nil)
	if err := r.pass(ctx); err != nil {
		return nil, err
	}
	made := &Concession{Administration: a.administration, Reference: a.ref, Application: r.judged[a].Application.ID, CommittedCents: r.outcome[a].CommittedCents}
	estimate := r.judged[a].Application.EstimateCents
	if r.outcome[a].name != "COMMITTED" || made.CommittedCents <= 0 || made.CommittedCents != estimate {
		return made, fmt.Errorf("%w: %s %v, %d cents committed of the %d that were estimated", ErrTrial, r.outcome[a].name,
			codes(r.judged[a].Application.Codes), made.CommittedCents, estimate)
	}
	return made, r.readBack(ctx, made)
}

// readBack wants the application decreed for its own administration, and absent for another one that has a client.
func (r *Run) readBack(ctx context.Context, made *Concession) error {
	const scope = "applications:read"
	path := "/applications/" + made.Application
	var seen filed
	if err := r.Get(ctx, made.Administration, scope, path, &seen); err != nil {
		return err
	}
	if made.State = seen.State; seen.State != decreed {
		return fmt.Errorf("%w: the application is %s, not %s", ErrTrial, seen.State, decreed)
	}
	others := slices.DeleteFunc(r.Book.Administrations(scope), func(a string) bool { return a == made.Administration || a == italia.Ministry })
	if len(others) == 0 {
		return nil
	}
	err := r.Get(ctx, others[0], scope, path, nil)
	var refused *portal.Refusal
	if !errors.As(err, &refused) || refused.Status != http.StatusNotFound {
		return fmt.Errorf("%w: %s reads what belongs to %s (%w)", ErrTrial, others[0], made.Administration, err)
	}
	return nil
}

// trialFor invents a season of one application.
func trialFor(book *portal.Book) (*input, error) {
	administration, province, err := trialRegion(book)
	if err != nil {
		return nil, err
	}
	return invent(administration, province, rand.Text()), nil
}

// trialRegion is the first Region that decrees by a client of the book, and a province of it.
func trialRegion(book *portal.Book) (administration, province string, err error) {
	atlas, err := italia.Load()
	if err != nil {
		return "", "", err
	}
	for _, administration := range book.Administrations("applications:decree") {
		if province := provinceOf(atlas, administration); province != "" {
			return administration, province, nil
		}
	}
	return "", "", fmt.Errorf("%w: applications:decree for a Region", portal.ErrNobody)
}

func invent(administration, province, series string) *input {
	on := func(month time.Month, day int) period.Date { return period.Of(2010, month, day) }
	a := &application{ref: "PROVA-" + series[:12], administration: administration, instrument: "CIG_DEROGA", filedOn: on(1, 15)}
	a.data = object{"application_ref": a.ref, "instrument": a.instrument, "concession_type": "I_PROROGA", "period_from": on(1, 11), "period_to": on(3, 7),
		"agreement_date": on(1, 4), "filed_on": a.filedOn,
		"employer": object{"tax_code": trialEmployer, "name": "Prova dell'installazione S.r.l.", "employees": 41, "company_type": "INDUSTRIALE_OLTRE_15",
			"ateco_section": "C", "inps_matricola": "9999999999", "units": []object{{"province": province}}}}
	persons := random.IntN(italia.Nobodies)
	for row := range int64(2) {
		a.workers = append(a.workers, worker{row: row + 1, data: object{"row": row + 1, "tax_code": italia.Nobody(persons + int(row)), "family_name": "Prova", "given_name": "Persona",
			"qualification": "OPERAIO", "contract": "TEMPO_INDETERMINATO", "weekly_hours": 36, "hired_on": period.Of(2008, 5, 27),
			"monthly_gross_pay_cents": 183726, "hours_requested": 80, "prior_hours_used": 0, "did": true}})
	}
	return &input{digest: series, series: "/" + series[:12], applications: []*application{a},
		plafonds: []plafond{{administration, "CIG_DEROGA", 2010, trialCents, on(1, 2)}}}
}

// provinceOf is a province of the administration's, or none when it is no Region.
func provinceOf(atlas *italia.Atlas, administration string) string {
	for first := 'A'; first <= 'Z'; first++ {
		for second := 'A'; second <= 'Z'; second++ {
			province := string([]rune{first, second})
			if t, ok := atlas.Territory(province); ok && t == administration {
				return province
			}
		}
	}
	return ""
}
