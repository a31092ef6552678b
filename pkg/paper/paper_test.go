package paper_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/paper"
)

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	first := pdf(t, report())
	require.Equal(t, first, pdf(t, report()))
	require.Contains(t, string(first), "/CreationDate (D:20120110090000)")
	elsewhere := report()
	elsewhere.Made = made.In(time.FixedZone("", 7200))
	require.Equal(t, first, pdf(t, elsewhere), "in whichever zone the moment is told")
	other := report()
	other.Blocks[5].(paper.Lines).Series[2].Points[3].Value += 1000
	require.NotEqual(t, first, pdf(t, other))
}

func TestADocumentSaysWhatItsBlocksSay(t *testing.T) {
	t.Parallel()
	list := pages(t, pdf(t, report()))
	require.Len(t, list, 2)
	all, at := strings.Join(list, " "), 0
	for _, want := range []string{"Ministero del lavoro e delle politiche sociali Rapporto mensile — dicembre 2011", "Lavoratori in ammortizzatori sociali",
		"Periodo gennaio 2010 – dicembre 2011", "Amministrazioni che hanno 21 su 21 trasmesso nel mese", "128.402 41.877 € 98.410.223,50 12,4 %", "Nel mese di dicembre",
		"Andamento nel periodo", "in trattamento presi in carico dai servizi per il lavoro usciti dal trattamento", "160.000", "dic", "Dove una linea è interrotta",
		"Esiti per regione", "Valle d'Aosta/Vallée d'Aoste 10.497 3.499 1.166 8.045.215,71", "Nord-Ovest e Nord-Est 62.040", "Italia 180.678 60.226 20.075 138.477.039,54",
		"Uscite per causa", "rientro nell'impresa 2.140 (54,1 %)", "decesso 0 (0,0 %)", "Gli importi sono in euro.", "Firmato da Il direttore generale", "Allegato Nota di metodo"} {
		i := strings.Index(all[at:], want)
		require.GreaterOrEqual(t, i, 0, "%q after what stands before it", want)
		at += i
	}
	require.NotContains(t, all, "Mai detto", "a fact without a value")
	for _, value := range []string{"90.000", "133.890", "4.100", "41.820", "2.000", "37.200"} {
		require.Contains(t, list[0], value, "the ends of the lines")
	}
	for _, p := range list {
		require.Contains(t, p, "Dati al 31 dicembre 2011 · elaborazione del 10 gennaio 2012", "the mark")
	}
	require.Contains(t, list[1], "Ministero del lavoro e delle politiche sociali · Rapporto mensile", "the running head")
}

func TestSheetsStandOrLie(t *testing.T) {
	t.Parallel()
	d := report()
	require.Contains(t, string(pdf(t, d)), "/MediaBox [0 0 595.28 841.89]")
	d.Landscape = true
	require.Contains(t, string(pdf(t, d)), "/MediaBox [0 0 841.89 595.28]")
}

// word is a word of a page and where it stands, in points.
type word struct {
	XMin float64 `xml:"xMin,attr"`
	YMin float64 `xml:"yMin,attr"`
	XMax float64 `xml:"xMax,attr"`
	YMax float64 `xml:"yMax,attr"`
	Text string  `xml:",chardata"`
}

// sheet is a page and its words.
type sheet struct {
	Width  float64 `xml:"width,attr"`
	Height float64 `xml:"height,attr"`
	Words  []word  `xml:"word"`
}

func sheets(t *testing.T, raw []byte) []sheet {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext (poppler-utils) is not installed")
	}
	cmd := exec.Command(tool, "-bbox", "-", "-")
	cmd.Stdin = bytes.NewReader(raw)
	out, err := cmd.Output()
	require.NoError(t, err)
	start, end := bytes.Index(out, []byte("<doc>")), bytes.Index(out, []byte("</doc>"))
	var doc struct {
		Pages []sheet `xml:"page"`
	}
	require.NoError(t, xml.Unmarshal(out[start:end+len("</doc>")], &doc))
	require.NotEmpty(t, doc.Pages)
	return doc.Pages
}

func TestNoWordStandsOverAnother(t *testing.T) {
	t.Parallel()
	lying := report()
	lying.Landscape = true
	for name, d := range map[string]paper.Document{"standing": report(), "lying": lying, "close lines": closeLines(), "wide numbers": wideNumbers()} {
		for n, s := range sheets(t, pdf(t, d)) {
			require.NotEmpty(t, s.Words)
			for i, a := range s.Words {
				at := fmt.Sprintf("%s, page %d: %q", name, n+1, a.Text)
				require.True(t, a.XMin > 33 && a.XMax < s.Width-33 && a.YMin > 33 && a.YMax < s.Height-10, "%s is off the sheet", at)
				for _, b := range s.Words[i+1:] {
					// The boxes of two lines below each other touch: a third of a line must be shared.
					wide, high := min(a.XMax, b.XMax)-max(a.XMin, b.XMin), min(a.YMax, b.YMax)-max(a.YMin, b.YMin)
					require.False(t, wide > 0.5 && high > 3, "%s and %q", at, b.Text)
				}
			}
		}
	}
}

// closeLines has three lines that begin and end beside each other, on an axis without zero.
func closeLines() paper.Document {
	line := func(name string, more int64) paper.Series {
		return paper.Series{Name: name, Points: monthly(60, func(i int) int64 { return 81_000_000_00 + 1_234_567*int64(i) + more })}
	}
	return paper.Document{Office: "Ufficio", Title: "Titolo", Made: made, Blocks: []paper.Block{paper.Heading{},
		paper.Lines{Title: "Tre linee", Axis: "impegnato", Unit: paper.Cents, Zoomed: true, Series: []paper.Series{
			line("quota statale", 0), line("quota regionale con un nome che da solo prende quasi tutta la riga della legenda e va a capo", 10), line("altro", 20)}}}}
}

// wideNumbers has six figures of many digits, and amounts that take much of the sheet.
func wideNumbers() paper.Document {
	figure := paper.Figure{Value: "€ 123.456.789.012,34", Caption: strings.Repeat("una didascalia che va a capo ", 8)}
	bar := paper.Bar{Label: strings.Repeat("causa lunga ", 20), Value: 123_456_789_012_34}
	return paper.Document{Office: "Ufficio", Title: "Titolo", Mark: strings.Repeat("impronta ", 40), Made: made, Blocks: []paper.Block{paper.Heading{Ruled: true},
		paper.Facts{{Label: strings.Repeat("etichetta ", 30), Value: strings.Repeat("valore ", 60)}},
		paper.Figures{figure, figure, figure, figure, figure, figure}, paper.Bars{Title: strings.Repeat("titolo ", 40), Unit: paper.Cents, Shares: true, Bars: []paper.Bar{bar, bar}}}}
}
