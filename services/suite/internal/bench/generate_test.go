package bench

import (
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/italia"
	"w2w/pkg/period"
)

// province is one in which employers of the generated season have their unit, and who is competent there.
type province struct{ code, administration string }

var provinces = []province{{"MI", "03"}, {"BG", "03"}, {"BS", "03"}, {"TO", "01"}, {"CN", "01"}, {"VI", "05"}, {"PD", "05"}, {"BO", "08"},
	{"MO", "08"}, {"FI", "09"}, {"RM", "12"}, {"LT", "12"}, {"NA", "15"}, {"BA", "16"}, {"PA", "19"}, {"BZ", "P21"}}

var concessions2010 = []string{"I_CONCESSIONE", "I_PROROGA", "II_PROROGA", "PROROGA_SUCCESSIVA"}

// generator writes a season of invented employers: each files one to four times, with the same staff and
// periods that mostly follow each other, so that overlaps happen but are rare. The same size gives the same files.
type generator struct {
	dice                  *rand.Rand
	applications, workers [][]string
	employers, people     int
	deck                  []card // still to be dealt
}

// generate writes plafonds.csv, applications.csv and workers.csv of so many applications into a new folder.
func generate(t testing.TB, size int) (dir string) {
	t.Helper()
	g := &generator{dice: rand.New(rand.NewPCG(2010, uint64(size))),
		applications: [][]string{{"application_ref", "administration", "employer_tax_code", "employer_name", "employees", "company_type", "ateco_section",
			"inps_matricola", "unit_provinces", "instrument", "concession_type", "period_from", "period_to", "agreement_date", "filed_on"}},
		workers: [][]string{{"application_ref", "row", "tax_code", "family_name", "given_name", "qualification", "contract", "weekly_hours",
			"hired_on", "monthly_gross_pay_cents", "hours_requested", "prior_hours_used", "did"}}}
	for len(g.applications) <= size {
		g.employer(g.deal(), size+1-len(g.applications))
	}
	plafonds := [][]string{{"administration", "year", "instrument_family", "assigned_cents", "assigned_on"}}
	seen := map[string]bool{}
	for _, p := range provinces {
		for _, year := range []string{"2010", "2011"} {
			if key := p.administration + year; !seen[key] {
				seen[key] = true
				plafonds = append(plafonds, []string{p.administration, year, "CIG_DEROGA", strconv.Itoa(size * 70_000), year + "-01-02"})
			}
		}
	}
	dir = t.TempDir()
	for name, rows := range map[string][][]string{"plafonds.csv": plafonds, "applications.csv": g.applications, "workers.csv": g.workers} {
		f, err := os.Create(filepath.Join(dir, name))
		require.NoError(t, err)
		require.NoError(t, csv.NewWriter(f).WriteAll(rows))
		require.NoError(t, f.Close())
	}
	return dir
}

// employer files for one staff, until the season is full.
func (g *generator) employer(c card, room int) {
	where := provinces[g.dice.IntN(len(provinces))]
	staff := make([]string, c.staff)
	for i := range staff {
		staff[i] = italia.Nobody(g.people)
		g.people++
	}
	kind := "ARTIGIANA"
	if len(staff) > 15 {
		kind = "INDUSTRIALE_OLTRE_15"
	}
	g.employers++
	code := companyCode(g.employers)
	from := period.Of(2010, 1, 4).AddDays(g.dice.IntN(240))
	for n := range min(c.times, room) {
		to := from.AddDays(27 + g.dice.IntN(90))
		ref := fmt.Sprintf("GEN-2010-%06d", len(g.applications))
		g.applications = append(g.applications, []string{ref, where.administration, code, fmt.Sprintf("Officina Xe%d S.r.l.", g.employers),
			strconv.Itoa(len(staff) + 1), kind, "C", fmt.Sprintf("9%09d", g.employers), where.code, "CIG_DEROGA", concessions2010[n],
			from.String(), to.String(), from.AddDays(-7).String(), from.AddDays(g.dice.IntN(24)).String()})
		for i, code := range staff {
			g.workers = append(g.workers, []string{ref, strconv.Itoa(i + 1), code, "Xawundu", "Yolibella", "OPERAIO", "TEMPO_INDETERMINATO", "40",
				from.AddDays(-60 - g.dice.IntN(4000)).String(), strconv.Itoa(90_000 + g.dice.IntN(150_000)),
				strconv.Itoa(40 + g.dice.IntN(120)), strconv.Itoa(g.dice.IntN(3000)), strconv.FormatBool(g.dice.IntN(60) > 0)})
		}
		from = to.AddDays(g.dice.IntN(20) - 2)
	}
}

// card says how many people an employer has and how often it files.
type card struct{ staff, times int }

// deal takes a card from a deck of 81: lists of 1 to 35, 9 on average, and one of 400; so seasons of any size
// have the same share of each.
func (g *generator) deal() card {
	if len(g.deck) == 0 {
		for times := 1; times <= 4; times++ {
			for i := range 20 {
				g.deck = append(g.deck, card{1 + int(-9*math.Log(1-(float64(i)+0.5)/20)), times})
			}
		}
		g.deck = append(g.deck, card{400, 1})
		g.dice.Shuffle(len(g.deck), func(i, j int) { g.deck[i], g.deck[j] = g.deck[j], g.deck[i] })
	}
	dealt := g.deck[0]
	g.deck = g.deck[1:]
	return dealt
}

// companyCode is the n-th partita IVA of an office that is not in use.
func companyCode(n int) string {
	for check := 0; ; check++ {
		if code := fmt.Sprintf("%07d700%d", n, check); italia.ValidCompanyCode(code) {
			return code
		}
	}
}
