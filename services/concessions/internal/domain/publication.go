package domain

import "w2w/pkg/period"

// Publication is what the law of transparency wants of a decree's public annex: employers and amounts.
type Publication struct {
	ThresholdCents int64
	LegalRef       string
}

// Publication is the rule in force on a day.
func (r Rules) Publication(on period.Date) (Publication, error) {
	const key = "publication.threshold_cents"
	threshold, err := r.need(key, on)
	return Publication{threshold, r.parameters.LegalRef(key, on)}, err
}

// Lists says whether a grant is listed: it is when what the employer was granted in the calendar year, up to
// its decree, exceeds the threshold (d.lgs. 33/2013, art. 26, c. 2 and 3).
func (p Publication) Lists(yearCents int64) bool { return yearCents > p.ThresholdCents }

// Named says whether an employer may be named: only one with a company's code of eleven digits. Any other code
// may be a natural person's, whose hardship the list would disclose (art. 26, c. 4).
func Named(taxCode string) bool {
	for _, c := range taxCode {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(taxCode) == 11
}
