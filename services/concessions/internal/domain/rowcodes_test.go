package domain

import (
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/period"
)

// plainTerms are terms against which nothing stands: 11 weekdays from 2010-03-01.
func plainTerms() Terms {
	agreed := period.Of(2010, 2, 26)
	return Terms{
		Administration: "03", EmployerTaxCode: "12345678903", Employees: 15, CompanyType: SmallIndustry, UnitProvinces: []string{"MI"},
		Instrument: CIGDeroga, ConcessionType: FirstConcession, FiledOn: period.Of(2010, 3, 21), AgreementDate: &agreed,
		Period: period.Period{From: period.Of(2010, 3, 1), To: period.Of(2010, 3, 15)},
	}
}

func plainWorker() Worker {
	return Worker{
		Row: 1, TaxCode: "KWXDRK61C01F839J", WeeklyHours: 36, HiredOn: period.Of(2009, 12, 1),
		MonthlyGrossPayCents: 150_000, HoursRequested: 79, DID: true,
	}
}

func TestEachCodeOfARowHasItsEdge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Terms, *Worker)
		want   string
	}{
		"nothing against it":     {func(*Terms, *Worker) {}, ""},
		"lower case":             {func(_ *Terms, w *Worker) { w.TaxCode = "kwxdrk61c01f839j" }, "CF_INVALID"},
		"11 digits":              {func(_ *Terms, w *Worker) { w.TaxCode = "12345678903" }, "CF_INVALID"},
		"79.2 hours at most":     {func(_ *Terms, w *Worker) { w.HoursRequested = 80 }, "HOURS_EXCEED"},
		"exactly the limit":      {func(_ *Terms, w *Worker) { w.WeeklyHours, w.HoursRequested = 40, 88 }, ""},
		"90 days to the day":     {func(_ *Terms, w *Worker) { w.HiredOn = period.Of(2009, 12, 1) }, ""},
		"89 days":                {func(_ *Terms, w *Worker) { w.HiredOn = period.Of(2009, 12, 2) }, "WORKER_SENIORITY"},
		"CIGS, 89 days":          {func(t *Terms, w *Worker) { t.Instrument, w.HiredOn = CIGSDeroga, period.Of(2009, 12, 2) }, "WORKER_SENIORITY"},
		"mobilità, 365 days":     {func(t *Terms, w *Worker) { t.Instrument, w.HiredOn = MobilitaDeroga, period.Of(2009, 3, 1) }, ""},
		"mobilità, 364 days":     {func(t *Terms, w *Worker) { t.Instrument, w.HiredOn = MobilitaDeroga, period.Of(2009, 3, 2) }, "WORKER_SENIORITY"},
		"no DID":                 {func(_ *Terms, w *Worker) { w.DID = false }, "NO_DID"},
		"last day of the DID":    {func(t *Terms, w *Worker) { t.FiledOn, w.DID = period.Of(2012, 7, 17), false }, "NO_DID"},
		"DID repealed":           {func(t *Terms, w *Worker) { t.FiledOn, w.DID = period.Of(2012, 7, 18), false }, ""},
		"12 months from 2014 on": {func(t *Terms, _ *Worker) { t.FiledOn = period.Of(2014, 8, 4) }, "WORKER_SENIORITY"},
		"several, sorted": {func(_ *Terms, w *Worker) { w.DID, w.TaxCode, w.HoursRequested = false, "", 80 },
			"CF_INVALID;HOURS_EXCEED;NO_DID"},
	} {
		terms, rows := plainTerms(), []Worker{plainWorker()}
		c.change(&terms, &rows[0])
		require.NoError(t, JudgeRows(terms, rows, rules(t)), name)
		require.Equal(t, c.want, join(rows[0].Codes), name)
		require.Equal(t, c.want == "", rows[0].EstimateCents > 0, name)
	}
}

func TestOnlyTheLaterRowIsTheDuplicate(t *testing.T) {
	t.Parallel()
	rows := []Worker{plainWorker(), plainWorker(), plainWorker()}
	rows[0].DID = false // rejected, and still the first
	require.NoError(t, JudgeRows(plainTerms(), rows, rules(t)))
	require.Equal(t, []string{"NO_DID", "DUPLICATE", "DUPLICATE"}, []string{join(rows[0].Codes), join(rows[1].Codes), join(rows[2].Codes)})
}

func TestJudgingAgainStartsAnew(t *testing.T) {
	t.Parallel()
	rows := []Worker{plainWorker()}
	rows[0].Reject(PeriodOverlap)
	rows[0].Reject(PeriodOverlap)
	require.Equal(t, []RowCode{PeriodOverlap}, rows[0].Codes)
	require.False(t, rows[0].Accepted())
	require.NoError(t, JudgeRows(plainTerms(), rows, rules(t)))
	require.True(t, rows[0].Accepted())
	rows[0].Reject(PeriodOverlap)
	require.Zero(t, rows[0].EstimateCents)
}

func TestEveryCodeSpeaksBothLanguages(t *testing.T) {
	t.Parallel()
	var reasons []Reason
	for _, c := range []RowCode{TaxCodeInvalid, Duplicate, HoursExceed, NoDID, PeriodOverlap, WorkerSeniority} {
		reasons = append(reasons, c.Reason())
	}
	for _, c := range []AppCode{AgreementAfterStart, CompanyTypeMismatch, EmployerTaxCodeInvalid, NoAgreement, NoEligibleWorkers, OutOfTime, WrongCompetence} {
		reasons = append(reasons, c.Reason())
	}
	for _, r := range reasons {
		require.NotEmpty(t, r.Field)
		require.NotEmpty(t, r.Text.In("it"))
		require.NotEqual(t, r.Text.In("it"), r.Text.In("en"))
	}
}
