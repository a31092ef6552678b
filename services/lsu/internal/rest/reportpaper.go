package rest

import (
	"fmt"
	"slices"
	"strings"

	"w2w/pkg/italia"
	"w2w/pkg/money"
	"w2w/pkg/paper"
	"w2w/services/lsu/internal/rest/api"
)

// reportPaper says what the report's JSON says, for readers who decide about money and people.
func (s *Server) reportPaper(r api.Report) paper.Document {
	f := r.Figures
	blocks := []paper.Block{
		paper.Heading{Ruled: true}, reportFacts(r), keyFigures(f), summary(r),
		paper.Section("Andamento del bacino"), declineChart(r),
		paper.Section("Uscite del mese per causa"),
	}
	blocks = append(blocks, exitBlocks(f)...)
	blocks = append(blocks,
		paper.Section("Composizione del bacino a fine mese"), compositionTable(f),
		paper.Section("Assegno, convenzione e pagamenti"), moneyTable(f),
		paper.Section("Confronto con i mesi precedenti"), comparisonTable(r),
		paper.Section("Enti utilizzatori"), entityTable(r.Entities),
		paper.Section(correctionsTitle(f)), correctionTable(r.Corrections),
		paper.Section("Nota di metodo"), reportNotes(r))
	return paper.Document{Office: s.places.Office(italia.Ministry), Title: fmt.Sprintf("Report mensile LSU – %s, %s", s.places.Office(f.Region), f.Month.Italian()),
		Subject: "Lavoratori in lavori socialmente utili a carico del Fondo nazionale per l'occupazione",
		Mark:    "Impronta del contenuto (SHA-256 del JSON canonico, RFC 8785): " + r.ContentSha256, Made: made(r), Blocks: blocks}
}

func reportFacts(r api.Report) paper.Facts {
	view := "alla chiusura del mese: dati congelati, non cambiano più"
	closed := ""
	if r.ClosedOn != nil {
		closed = r.ClosedOn.Italian()
	}
	if on := r.Figures.KnownOn; on != nil {
		view = fmt.Sprintf("come noto al giorno %s: comprende quanto ricevuto fino a quel giorno, anche dopo la chiusura del mese", on.Italian())
	}
	return paper.Facts{{Label: "Vista", Value: view}, {Label: "Termine di ricezione", Value: r.ClosesOn.Italian()}, {Label: "Chiusura del mese", Value: closed},
		{Label: "Convenzione", Value: r.ConventionLegalRef}, {Label: "Assegno mensile (ASU)", Value: fmt.Sprintf("%s (%s)", money.Euro(r.AsuMonthlyCents), r.AsuLegalRef)},
		{Label: "Impronta del contenuto", Value: r.ContentSha256}}
}

func keyFigures(f api.ReportLine) paper.Figures {
	return paper.Figures{
		{Value: workers(f.AtStart), Caption: "in bacino a inizio mese"}, {Value: workers(left(f)), Caption: "usciti nel mese"},
		{Value: workers(f.SuspendedAtEnd), Caption: "sospesi a fine mese"}, {Value: workers(f.AtEnd), Caption: "in bacino a fine mese"},
		{Value: money.Euro(f.AsuDueCents), Caption: "assegno dovuto per il mese"}, {Value: money.Euro(f.ConventionResidualCents), Caption: "residuo della convenzione"},
	}
}

// summary tells the month in a few words.
func summary(r api.Report) paper.Paragraphs {
	f := r.Figures
	text := fmt.Sprintf("Nel mese di %s il bacino passa da %s a %s lavoratori, di cui %s in attività e %s in sospensione.", f.Month.Italian(), workers(f.AtStart), workers(f.AtEnd),
		workers(f.ActiveAtEnd), workers(f.SuspendedAtEnd))
	text += fmt.Sprintf(" Da gennaio sono dovuti %s", money.Euro(f.YearDueCents))
	if f.FundsCents > 0 {
		text += fmt.Sprintf(", il %s dei fondi della convenzione (%s)", percent(f.YearDueCents, f.FundsCents), money.Euro(f.FundsCents))
	}
	text += "."
	if y := r.YearBefore; y != nil {
		text += fmt.Sprintf(" Rispetto a %s i lavoratori sono %s.", y.Month.Italian(), signed(int64(y.AtEndChange)))
	}
	return paper.Paragraphs{unbroken.Replace(text)}
}

// unbroken keeps amounts and parts of a hundred on one line with their signs.
var unbroken = strings.NewReplacer("€ ", "€\u00a0", " %", "\u00a0%")

// declineChart shows the pool month by month; that of the first month begins with the day before it. A pool that did
// not change is shown from zero.
func declineChart(r api.Report) paper.Lines {
	series := paper.Series{Name: "in bacino a fine mese"}
	if len(r.Decline) == 1 {
		series.Points = append(series.Points, paper.Point{Month: (r.Figures.Month - 1).String(), Value: int64(r.Figures.AtStart)})
	}
	for _, p := range r.Decline {
		series.Points = append(series.Points, paper.Point{Month: p.Month.String(), Value: int64(p.AtEnd)})
	}
	same := slices.IndexFunc(series.Points, func(p paper.Point) bool { return p.Value != series.Points[0].Value }) < 0
	return paper.Lines{Title: "Lavoratori in bacino alla fine di ogni mese", Axis: "lavoratori", Zoomed: !same, Series: []paper.Series{series}}
}

// exitBlocks are a table of the causes and their chart, or that nobody left.
func exitBlocks(f api.ReportLine) []paper.Block {
	t := paper.Table{Columns: []paper.Column{{Name: "Causa"}, {Name: "Lavoratori", Width: 28, Right: true}, {Name: "Quota", Width: 24, Right: true}}}
	bars := paper.Bars{Title: "Lavoratori usciti, per causa"}
	sum := left(f)
	for _, e := range f.Exits {
		bars.Bars = append(bars.Bars, paper.Bar{Label: words(e.Cause), Value: int64(e.Workers)})
		t.Rows = append(t.Rows, paper.Row{Cells: []string{words(e.Cause), workers(e.Workers), percent(int64(e.Workers), int64(sum))}})
	}
	if sum == 0 {
		return []paper.Block{paper.Paragraphs{"Nel mese nessun lavoratore è uscito dal bacino."}}
	}
	t.Totals = []string{"Usciti nel mese", workers(sum), percent(1, 1)}
	return []paper.Block{t, bars}
}

func left(f api.ReportLine) (n int32) {
	for _, e := range f.Exits {
		n += e.Workers
	}
	return n
}

// words are a code as people read it.
func words(code string) string { return strings.ToLower(strings.ReplaceAll(code, "_", " ")) }

func workers(n int32) string { return money.Count(int64(n)) }

// signed writes a change with its sign.
func signed(n int64) string {
	if n > 0 {
		return "+" + money.Count(n)
	}
	return money.Count(n)
}

// percent is a part of a whole in tenths of a hundredth, and a dash when there is no whole.
func percent(part, whole int64) string {
	if whole <= 0 {
		return "–"
	}
	tenths := money.Share(part, 1000, whole)
	return fmt.Sprintf("%s,%d %%", money.Count(tenths/10), tenths%10)
}
