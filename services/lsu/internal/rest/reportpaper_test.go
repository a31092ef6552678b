package rest

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/italia"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/rest/api"
)

// large is a report with many entities and corrections, and texts that no sheet expects.
func large(t *testing.T) sealedReport {
	t.Helper()
	march := period.YearMonth(2012, 3)
	r := domain.Report{View: domain.AsClosed, ASUCents: 55600, ASULegal: "INPS circ. 20/2012", LegalRef: "Convenzione 2012",
		Line: domain.Line{Region: "19", Month: march, AtStart: 4000, AtEnd: 4000, Active: 4000, Male: 4000, Ages: []domain.BandCount{{Workers: 4000}}, DueCents: 222_400_000}}
	for i := range 200 {
		r.Entities = append(r.Entities, domain.EntityLine{EntityRef: fmt.Sprintf("E%03d", i), Name: "Comune di =Ente\n\u2028con un nome assai lungo, più del foglio " + string(rune(0x1F600)), AtStart: 20, AtEnd: 20})
		r.Corrections = append(r.Corrections, domain.Correction{MovementRef: fmt.Sprintf("M%03d", i), Event: domain.Transfer, MonthLearned: march})
	}
	for m := period.YearMonth(2010, 1); m <= march; m++ {
		r.Decline = append(r.Decline, domain.Point{Month: m, AtEnd: 4000})
	}
	raw, sum, err := content(r)
	require.NoError(t, err)
	return sealedReport{raw, sum, new(period.Of(2012, 4, 11))}
}

func TestALargeReportIsPrintedAlwaysInTheSameBytes(t *testing.T) {
	t.Parallel()
	places, err := italia.Load()
	require.NoError(t, err)
	whole, err := large(t).whole()
	require.NoError(t, err)
	var first []byte
	for range 3 {
		var r api.Report
		require.NoError(t, readReport(whole, &r))
		var b bytes.Buffer
		require.NoError(t, (&Server{places: places}).reportPaper(r).Write(&b))
		if first == nil {
			first = b.Bytes()
			require.Greater(t, bytes.Count(first, []byte("/Type /Page\n")), 8, "200 entities take pages")
		}
		require.Equal(t, first, b.Bytes())
	}
}

func TestAnEmptyPoolHasAPaper(t *testing.T) {
	t.Parallel()
	places, err := italia.Load()
	require.NoError(t, err)
	month := period.YearMonth(2010, 1)
	raw, sum, err := content(domain.Report{View: domain.AsKnown(period.Of(2010, 2, 1)), Line: domain.Line{Region: "20", Month: month}, Decline: []domain.Point{{Month: month}}})
	require.NoError(t, err)
	whole, err := sealedReport{content: raw, sha256: sum}.whole()
	require.NoError(t, err)
	var r api.Report
	require.NoError(t, readReport(whole, &r))
	require.NoError(t, (&Server{places: places}).reportPaper(r).Write(new(bytes.Buffer)))
}

func TestWordsOfThePaper(t *testing.T) {
	t.Parallel()
	require.Equal(t, "fuoriuscita incentivata", words("FUORIUSCITA_INCENTIVATA"))
	require.Equal(t, []string{"33,3 %", "100,0 %", "–", "0,1 %"}, []string{percent(1, 3), percent(5, 5), percent(1, 0), percent(1, 2000)})
	require.Equal(t, []string{"+1.000", "0", "-5"}, []string{signed(1000), signed(0), signed(-5)})
	bands := agesOut([]domain.BandCount{{}, {From: 40}, {From: 50}})
	require.Equal(t, []string{"fino a 39 anni", "da 40 a 49 anni", "50 anni e oltre"}, []string{ageWords(bands[0]), ageWords(bands[1]), ageWords(bands[2])})
	require.Equal(t, "tutte le età", ageWords(agesOut([]domain.BandCount{{}})[0]))
	for _, e := range domain.Events() {
		require.NotEmpty(t, eventWords[api.MovementEvent(e)], e)
	}
}
