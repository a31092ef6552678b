package domain

import (
	"w2w/pkg/fault"
	"w2w/pkg/period"
)

// noteNotice remembers the day of an advance notice of refusal for as long as it stands.
func (a *Application) noteNotice(row Row, on period.Date) {
	switch {
	case row.To == RefusalAnnounced:
		a.NotifiedOn = &on
	case row.From == RefusalAnnounced && row.To == UnderExamination:
		a.NotifiedOn = nil
	}
}

// refusableFrom is the first day on which a refusal may follow its notice: the days to answer are the applicant's,
// to the last one.
func (r Rules) refusableFrom(notice period.Date) (period.Date, error) {
	days, err := r.need("refusal.notice_days", notice)
	return notice.AddDays(int(days) + 1), err
}

// noticeOver lets a refusal follow its notice once the applicant has answered or the days to do so are over
// (art. 10-bis L. 241/1990).
func (a *Application) noticeOver(act Act) error {
	if a.NotifiedOn == nil {
		return unmet(NoticePeriodOver, "Manca il giorno del preavviso di rigetto.", "The day of the notice of refusal is missing.")
	}
	if act.AnsweredOn != nil {
		if *act.AnsweredOn >= *a.NotifiedOn && *act.AnsweredOn <= act.On {
			return nil
		}
		return fault.New(fault.RuleViolated, "La risposta segue il preavviso e precede il rigetto.", "The answer comes after the notice and before the refusal.").
			At("/answered_on", "range", "fuori dal tempo del preavviso", "outside the time of the notice")
	}
	first, err := act.Rules.refusableFrom(*a.NotifiedOn)
	if err != nil || act.On >= first {
		return err
	}
	return unmet(NoticePeriodOver, "Il termine per rispondere al preavviso di rigetto è ancora aperto.", "The applicant may still answer the notice of refusal.").
		With("first_possible_day", first)
}
