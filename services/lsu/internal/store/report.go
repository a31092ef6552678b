package store

import (
	"w2w/pkg/database"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
)

// build makes the report of a Region's month in a view from what the transaction sees.
func (d *Desk) build(tx *database.Tx, region string, month period.Month, v domain.View) (domain.Report, error) {
	s := sources{region: region, view: v}
	if err := d.queueSources(tx, &s, month); err != nil {
		return domain.Report{}, err
	}
	return d.reportOf(tx, &s, month)
}

// reportOf reads the sources that were asked for, and builds the report.
func (d *Desk) reportOf(tx *database.Tx, s *sources, month period.Month) (r domain.Report, err error) {
	if err := tx.Flush(); err != nil {
		return r, err
	}
	if s.counted, err = d.counted(tx, s.closed); err != nil {
		return r, err
	}
	return s.report(d.rules(), month)
}

// queueSources asks for what a month's report is made of. Payments count as closed up to the closing date of the
// month, as known up to the day of the view.
func (d *Desk) queueSources(q database.Queuer, s *sources, month period.Month) error {
	paidBy := s.view.KnownOn
	if s.view == domain.AsClosed {
		var err error
		if paidBy, err = d.rules().ClosingDate(month); err != nil {
			return err
		}
	}
	s.queue(q, month, paidBy)
	return nil
}

// report builds the report from its sources. A month before that is not frozen is counted in the same view.
func (s *sources) report(rules domain.Rules, month period.Month) (domain.Report, error) {
	terms, err := rules.Terms(month)
	if err != nil {
		return domain.Report{}, err
	}
	m := s.matter(month.Year())
	if m.Before, err = rules.Lines(m, month-1, s.funds); err != nil {
		return domain.Report{}, err
	}
	others := &rules // a month may be submitted before the one before it is closed
	if s.view != domain.AsClosed {
		others = nil
	}
	if m.Corrections, err = domain.Corrections(m.Lives, s.counted, others, s.view.Corrects(month)); err != nil {
		return domain.Report{}, err
	}
	return domain.Build(&terms, m), nil
}
