package rest

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"w2w/pkg/italia"
	"w2w/pkg/period"
	"w2w/services/concessions/internal/domain"
	"w2w/services/concessions/internal/store"
)

var employers = []string{"Società Caffè Più S.r.l.", "Ünterthiner & Škoda Metallverarbeitung Genossenschaft, cooperativa sociale a responsabilità limitata", "Molino Yaxo S.p.A."}

// decreeOf is a decree of n applications, every seventeenth of which was revoked.
func decreeOf(n int) store.Decree {
	d := store.Decree{ID: uuid.MustParse("018f0000-0000-7000-8000-000000000001"), Administration: "03", Number: "D1/2010", Date: period.Of(2010, 5, 1),
		FinancingDecree: "49281", InterventionCode: "33317", Signatory: "Dirigente", CreatedAt: time.Date(2010, 5, 1, 10, 0, 0, 0, time.UTC), Count: n,
		Annex: "È fatto obbligo di formazione: più ore, perché il lavoro torni — «così com'è», € 5,00."}
	for i := range n {
		a := store.DecreedApplication{ApplicationID: uuid.MustParse(fmt.Sprintf("018f0000-0000-7000-8000-%012d", i)), Ref: fmt.Sprintf("A-%05d", i+1),
			EmployerTaxCode: "12345678903", EmployerName: employers[i%3], Instrument: domain.CIGDeroga, ConcessionType: domain.FirstExtension,
			Period: period.Period{From: period.Of(2010, 4, 1), To: period.Of(2010, 9, 30)},
			Grant:  store.Grant{Workers: 2, Hours: 150, CommittedCents: 123456, StateCents: 86419, RegionalCents: 37037}}
		if i%17 == 5 {
			a.Ended = domain.Revoke
			d.EndedCount++
			d.EndedCents += a.CommittedCents
		}
		d.Applications = append(d.Applications, a)
	}
	d.Total = store.Grant{Workers: int64(2 * n), Hours: int64(150 * n), CommittedCents: int64(123456 * n), StateCents: int64(86419 * n), RegionalCents: int64(37037 * n)}
	return d
}

func printed(t testing.TB, d store.Decree) []byte {
	t.Helper()
	places, err := italia.Load()
	require.NoError(t, err)
	out, err := decreeOut(d)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, (&Server{places: places}).decreePaper(out, d.CreatedAt).Write(&b))
	require.True(t, bytes.HasPrefix(b.Bytes(), []byte("%PDF-")))
	return b.Bytes()
}

// read is the text of a PDF as another program reads it.
func read(t *testing.T, pdf []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext (poppler-utils) is not installed")
	}
	cmd := exec.Command(tool, "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	require.NoError(t, err)
	return string(out)
}

func TestAPaperSaysWhatTheDecreeSays(t *testing.T) {
	t.Parallel()
	text := read(t, printed(t, decreeOf(40)))
	words := strings.Join(strings.Fields(text), " ")
	for _, want := range []string{"Regione Lombardia Decreto n. D1/2010 del 1º maggio 2010", "Decreto di finanziamento 49281", "Codice intervento 33317",
		"40, per 80 lavoratori e 6.000 ore", "€ 49.382,40, di cui € 34.567,60 di quota statale e € 14.814,80 di quota regionale", "Istanze revocate o annullate 3, per € 3.703,68",
		"Società Caffè Più S.r.l.", "Ünterthiner & Škoda", "01/04/2010", "864,19 370,37 1.234,56", "80 6.000 34.567,60 14.814,80 49.382,40", "A-00006", "A-00040",
		"È fatto obbligo di formazione: più ore, perché il lavoro torni — «così com'è», € 5,00.", "Pagina 1 di 5", "Pagina 5 di 5"} {
		require.Contains(t, words, want)
	}
	out, err := decreeOut(decreeOf(40))
	require.NoError(t, err)
	require.Equal(t, 5, strings.Count(text, out.ContentSha256), "on every page")
	require.Equal(t, 3, strings.Count(text, "REVOCATA"))
	require.Equal(t, 40, strings.Count(text, "1.234,56"))
}

func TestTheSameDecreeGivesTheSamePaper(t *testing.T) {
	t.Parallel()
	first := printed(t, decreeOf(40))
	require.Equal(t, first, printed(t, decreeOf(40)))
	other := decreeOf(40)
	other.Applications[3].StateCents++
	require.NotEqual(t, first, printed(t, other))
}

func TestTheHashIsOfTheDecreeAsIssued(t *testing.T) {
	t.Parallel()
	hash := func(change func(d *store.Decree)) string {
		d := decreeOf(3)
		change(&d)
		out, err := decreeOut(d)
		require.NoError(t, err)
		return out.ContentSha256
	}
	issued := hash(func(*store.Decree) {})
	on := period.Of(2010, 6, 1)
	require.Equal(t, issued, hash(func(d *store.Decree) {
		d.PublishedOn, d.PublicationAct, d.EndedCount, d.EndedCents, d.Applications[0].Ended = &on, "Albo", 1, 123456, domain.Annul
	}), "what came after leaves it")
	for name, change := range map[string]func(d *store.Decree){
		"an amount": func(d *store.Decree) { d.Applications[1].CommittedCents++ }, "an employer": func(d *store.Decree) { d.Applications[1].EmployerName += "x" },
		"the number": func(d *store.Decree) { d.Number = "D2" }, "the annex": func(d *store.Decree) { d.Annex = "" },
		"the order": func(d *store.Decree) { d.Applications[0], d.Applications[1] = d.Applications[1], d.Applications[0] },
	} {
		require.NotEqual(t, issued, hash(change), name)
	}
}

func TestAPaperOf5000Applications(t *testing.T) {
	t.Parallel()
	start := time.Now()
	raw := printed(t, decreeOf(5000))
	require.Less(t, time.Since(start), 20*time.Second, "well within the time of a request")
	require.Less(t, len(raw), 4<<20)
}

func TestNamesThatNoFontHas(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"😀 \U0001F468\u200d\U0001F469 S.r.l.", "東京株式会社", "\x01\x02\ttab\r\nriga", strings.Repeat("W", 200), strings.Repeat(" ", 50), "", "\u202eafter", "עברית", "ﬁ𝔘", "{nb}", "\ue000"} {
		d := decreeOf(2)
		d.Applications[1].EmployerName, d.Annex, d.Signatory, d.Number = name, name, name, name
		printed(t, d)
	}
}

func TestARowIsNeverCutInTwo(t *testing.T) {
	t.Parallel()
	d := decreeOf(60)
	for i := range d.Applications {
		d.Applications[i].EmployerName = strings.Repeat("Nome lungo ", 1+i%18)
	}
	text := read(t, printed(t, d))
	pages := strings.Split(strings.TrimRight(text, "\f"), "\f")
	for i, p := range pages {
		require.Contains(t, p, fmt.Sprintf("Pagina %d di %d", i+1, len(pages)))
		if strings.Contains(p, "A-000") {
			require.Equal(t, strings.Count(p, "A-000"), strings.Count(p, "12345678903"), "page %d", i+1)
			require.Contains(t, p, "Datore di lavoro")
		}
	}
}
