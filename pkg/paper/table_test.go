package paper_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/paper"
)

func document(blocks ...paper.Block) paper.Document {
	return paper.Document{Office: "Ufficio", Title: "Titolo", Mark: "segno", Made: made, Blocks: blocks}
}

// listing is a table of n rows, of one to four lines each, every line of which names its row.
func listing(n int) paper.Table {
	t := paper.Table{Columns: []paper.Column{{Name: "Riga"}, {Name: "Ore", Width: 30, Right: true}}, Totals: []string{"Somma", "9.999"}, Closing: 40}
	for i := range n {
		name := fmt.Sprintf("R%03d", i)
		t.Rows = append(t.Rows, paper.Row{Cells: []string{strings.TrimSuffix(strings.Repeat(name+"\n", 1+i%4), "\n"), "7"}, Faint: i%5 == 0, Strong: i%7 == 0})
	}
	return t
}

func TestATableGoesOnOverPages(t *testing.T) {
	t.Parallel()
	const rows = 120
	list := pages(t, pdf(t, document(paper.Heading{}, listing(rows), paper.Notes{"in calce"}, paper.Signature("chi firma"))))
	require.Greater(t, len(list), 3)
	seen := 0
	for _, p := range list {
		require.Equal(t, 1, strings.Count(p, "Riga Ore"), "the head stands once on each page")
		for i := range rows {
			if n := strings.Count(p, fmt.Sprintf("R%03d", i)); n > 0 {
				require.Equal(t, 1+i%4, n, "row %d is whole", i)
				seen++
			}
		}
	}
	require.Equal(t, rows, seen, "each row once")
	last := list[len(list)-1]
	for _, want := range []string{"Somma 9.999", "in calce", "Firmato da chi firma"} {
		require.Contains(t, last, want)
	}
}

func TestTotalsStayOnTheSheet(t *testing.T) {
	t.Parallel()
	for n := range 60 {
		d := listing(n)
		d.Closing = 0
		for _, s := range sheets(t, pdf(t, document(paper.Heading{}, d))) {
			for _, w := range s.Words {
				if w.Text == "Somma" {
					require.Less(t, w.YMax, s.Height-45, "%d rows", n)
				}
			}
		}
	}
}

func TestARowHigherThanAPageIsShortened(t *testing.T) {
	t.Parallel()
	d := listing(1)
	d.Rows = append(d.Rows, paper.Row{Cells: []string{strings.Repeat("lunga\n", 300), "8"}}, paper.Row{Cells: []string{"dopo", "9"}})
	list := pages(t, pdf(t, document(paper.Heading{}, d)))
	require.Len(t, list, 3)
	require.NotContains(t, list[0], "lunga")
	require.Greater(t, strings.Count(list[1], "lunga"), 50)
	require.Contains(t, list[1], "…", "it says that it was cut")
	require.NotContains(t, list[2], "lunga")
	require.Contains(t, list[1]+list[2], "dopo 9")
}

func TestATitleStaysWithWhatFollows(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		block paper.Block
		want  string
	}{
		"table": {listing(3), "R000 7"}, "lines": {paper.Lines{Title: "Linee", Axis: "n", Series: threeSeries()}, "133.890"},
		"bars": {causes(), "decesso 0"}, "figures": {paper.Figures{{Value: "1", Caption: "uno"}, {Value: "2", Caption: "due"}, {Value: "3", Caption: "tre"}}, "uno due tre"},
		"paragraphs": {paper.Paragraphs{"il testo"}, "il testo"},
	} {
		for before := 20; before < 45; before++ {
			filler := make(paper.Paragraphs, before)
			for i := range filler {
				filler[i] = "riempitivo"
			}
			for _, p := range pages(t, pdf(t, document(filler, paper.Section("Il capitolo"), c.block))) {
				if strings.Contains(p, "Il capitolo") {
					require.Contains(t, p, c.want, "%s after %d paragraphs", name, before)
				}
			}
		}
	}
}

func TestATableWithoutRows(t *testing.T) {
	t.Parallel()
	empty := paper.Table{Columns: []paper.Column{{Name: "Causa"}, {Name: "Usciti", Width: 30, Right: true}}, None: "Nessuna uscita nel mese."}
	require.Contains(t, pages(t, pdf(t, document(empty)))[0], "Causa Usciti Nessuna uscita nel mese.")
}

func TestNamesBeyondTheFonts(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"😀 \U0001F468\u200d\U0001F469 S.r.l.", "東京株式会社", "\x01\x02\ttab\r\nriga", strings.Repeat("W", 3000), strings.Repeat(" ", 50), "\u202eafter", "עברית",
		"ﬁ𝔘", "{nb}", "\ue000", "\xff\xfe", "à€ÈŁő«»"} {
		d := document(paper.Heading{Ruled: true}, paper.Section(name), paper.Facts{{Label: name, Value: name}}, paper.Paragraphs{name},
			paper.Figures{{Value: name, Caption: name}, {Value: "2", Caption: name}, {Value: name, Caption: "3"}},
			paper.Table{Columns: []paper.Column{{Name: name}, {Name: "B", Width: 10}}, Rows: []paper.Row{{Cells: []string{name, name}}}},
			paper.Lines{Title: name, Axis: name, Series: []paper.Series{{Name: name, Points: monthly(2, func(int) int64 { return 1 })}}},
			paper.Bars{Title: name, Bars: []paper.Bar{{Label: name, Value: 1}}}, paper.Notes{name}, paper.Paragraphs{"in fondo: à€È"}, paper.Signature(name), paper.Annex(name))
		d.Office, d.Title, d.Subject, d.Mark = name, name, name, name
		all := strings.Join(pages(t, pdf(t, d)), " ")
		require.Contains(t, all, "in fondo: à€È", "what stands beside %q", name)
	}
}
