package paper_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/money"
	"w2w/pkg/paper"
)

var made = time.Date(2012, 1, 10, 9, 0, 0, 0, time.UTC)

// report has every kind of block, as a monthly report would use them.
func report() paper.Document {
	return paper.Document{Office: "Ministero del lavoro e delle politiche sociali", Title: "Rapporto mensile — dicembre 2011",
		Subject: "Lavoratori in ammortizzatori sociali in deroga, politiche attive ed esiti", Mark: "Dati al 31 dicembre 2011 · elaborazione del 10 gennaio 2012", Made: made,
		Blocks: []paper.Block{
			paper.Heading{Ruled: true},
			paper.Facts{{Label: "Periodo", Value: "gennaio 2010 – dicembre 2011"}, {Label: "Fonte", Value: "banca dati dei percettori"}, {Label: "Mai detto", Value: ""},
				{Label: "Amministrazioni che hanno trasmesso nel mese", Value: "21 su 21"}},
			paper.Figures{{Value: "128.402", Caption: "lavoratori in trattamento alla fine del mese"}, {Value: "41.877", Caption: "presi in carico dai servizi per il lavoro"},
				{Value: "€ 98.410.223,50", Caption: "impegnati nell'anno, quota statale e regionale"}, {Value: "12,4 %", Caption: "usciti verso un lavoro, sui presi in carico"}},
			paper.Paragraphs{"Nel mese di dicembre i lavoratori in trattamento diminuiscono per il terzo mese di seguito. La quota di chi è preso in carico dai servizi cresce in tutte " +
				"le regioni del Centro-Nord; due amministrazioni hanno trasmesso i dati di giugno in ritardo, e per quel mese la serie è interrotta."},
			paper.Section("Andamento nel periodo"),
			paper.Lines{Title: "Lavoratori in trattamento, presi in carico e usciti", Axis: "lavoratori", Series: threeSeries()},
			paper.Section("Esiti per regione"),
			regions(),
			paper.Section("Uscite per causa"),
			causes(),
			paper.Notes{"Gli importi sono in euro. I dati del mese sono provvisori e possono cambiare con le trasmissioni dei mesi che seguono."},
			paper.Signature("Il direttore generale"),
			paper.Annex("Nota di metodo: è «in trattamento» chi ha almeno un'ora autorizzata nel mese; più trattamenti dello stesso lavoratore contano una volta."),
		}}
}

// monthly gives a value to each of n months from January 2010, but for the months that are left out.
func monthly(n int, value func(i int) int64, without ...int) (out []paper.Point) {
	for i := range n {
		skip := false
		for _, w := range without {
			skip = skip || w == i
		}
		if !skip {
			out = append(out, paper.Point{Month: time.Date(2010, time.Month(1+i), 1, 0, 0, 0, 0, time.UTC).Format("2006-01"), Value: value(i)})
		}
	}
	return out
}

func threeSeries() []paper.Series {
	return []paper.Series{
		{Name: "in trattamento", Points: monthly(24, func(i int) int64 { return int64(90_000 + 6200*i - 190*i*i + 900*(i%3)) })},
		{Name: "presi in carico dai servizi per il lavoro", Points: monthly(24, func(i int) int64 { return int64(4_100 + 1640*i) }, 17)},
		{Name: "usciti dal trattamento", Points: monthly(24, func(i int) int64 { return int64(2_000 + 1500*i + 700*(i%2)) }, 5, 7, 8)},
	}
}

func regions() paper.Table {
	t := paper.Table{Columns: []paper.Column{{Name: "Amministrazione"}, {Name: "In trattamento", Width: 27, Right: true}, {Name: "Presi in carico", Width: 27, Right: true},
		{Name: "Usciti", Width: 20, Right: true}, {Name: "Impegnato (€)", Width: 32, Right: true}}}
	names := []string{"Piemonte", "Valle d'Aosta/Vallée d'Aoste", "Lombardia", "Provincia autonoma di Bolzano/Bozen", "Provincia autonoma di Trento", "Veneto", "Friuli-Venezia Giulia",
		"Liguria", "Emilia-Romagna", "Toscana", "Umbria", "Marche", "Lazio", "Abruzzo", "Molise", "Campania", "Puglia", "Basilicata", "Calabria", "Sicilia", "Sardegna"}
	var sum int64
	for i, name := range names {
		n := int64(900 + 1371*((i*7)%13))
		sum += n
		t.Rows = append(t.Rows, paper.Row{Cells: []string{name, money.Count(n), money.Count(n / 3), money.Count(n / 9), money.Italian(n * 76_643)}})
		if name == "Liguria" {
			t.Rows = append(t.Rows, paper.Row{Strong: true, Cells: []string{"Nord-Ovest e Nord-Est", money.Count(sum), money.Count(sum / 3), money.Count(sum / 9), money.Italian(sum * 76_643)}})
		}
	}
	t.Totals = []string{"Italia", money.Count(sum), money.Count(sum / 3), money.Count(sum / 9), money.Italian(sum * 76_643)}
	t.Closing = 8
	return t
}

func causes() paper.Bars {
	return paper.Bars{Title: "Usciti nel mese, per causa", Shares: true, Bars: []paper.Bar{{Label: "rientro nell'impresa", Value: 2140},
		{Label: "nuovo lavoro a tempo determinato", Value: 1311}, {Label: "nuovo lavoro a tempo indeterminato", Value: 402}, {Label: "pensione", Value: 87},
		{Label: "rifiuto di un'offerta congrua di lavoro o di formazione, con decadenza dal trattamento e comunicazione all'INPS", Value: 12}, {Label: "decesso", Value: 0}}}
}

func pdf(t testing.TB, d paper.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, d.Write(&b))
	require.True(t, bytes.HasPrefix(b.Bytes(), []byte("%PDF-")))
	return b.Bytes()
}

// pages are the texts of the pages of a PDF as another program reads them.
func pages(t *testing.T, raw []byte) []string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext (poppler-utils) is not installed")
	}
	cmd := exec.Command(tool, "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(raw)
	out, err := cmd.Output()
	require.NoError(t, err)
	list := strings.Split(strings.TrimRight(string(out), "\f"), "\f")
	for i, p := range list {
		list[i] = strings.Join(strings.Fields(p), " ")
		require.Contains(t, p, fmt.Sprintf("Pagina %d di %d", i+1, len(list)))
	}
	return list
}
