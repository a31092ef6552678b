package paper_test

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/paper"
)

var stream = regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`)

// drawn is what the pages of a PDF are told to draw, one operation a line.
func drawn(t *testing.T, raw []byte) string {
	t.Helper()
	var all strings.Builder
	for _, m := range stream.FindAllSubmatch(raw, -1) {
		r, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			continue
		}
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		if bytes.Contains(text, []byte(" Tf ET")) {
			all.Write(text)
		}
	}
	require.NotEmpty(t, all.String())
	return all.String()
}

// path is a line as the charts draw one: where it begins and its further points.
var path = regexp.MustCompile(`(?m)^[\d.]+ [\d.]+ m\n((?:[\d.]+ [\d.]+ l\n)+)S`)

// lengths are the points of each line of a chart, without the samples of the legend, which come first.
func lengths(t *testing.T, c paper.Lines) (out []int) {
	t.Helper()
	for _, m := range path.FindAllStringSubmatch(drawn(t, pdf(t, document(c))), -1) {
		out = append(out, 1+strings.Count(m[1], " l\n"))
	}
	return out[len(c.Series):]
}

func TestAMonthWithoutAValueLeavesAGap(t *testing.T) {
	t.Parallel()
	chart := func(without ...int) paper.Lines {
		return paper.Lines{Title: "Linea", Axis: "n", Series: []paper.Series{{Name: "una", Points: monthly(12, func(i int) int64 { return int64(i) }, without...)}}}
	}
	for name, c := range map[string]struct {
		without []int
		want    []int
	}{
		"none": {nil, []int{12}}, "one": {[]int{4}, []int{4, 7}}, "a point alone": {[]int{4, 6}, []int{4, 5}}, "at the ends": {[]int{0, 11}, []int{10}},
		"zero is a value": {[]int{}, []int{12}},
	} {
		require.Equal(t, c.want, lengths(t, chart(c.without...)), name)
	}
	const said = "Dove una linea è interrotta"
	require.Contains(t, pages(t, pdf(t, document(chart(4))))[0], said)
	require.NotContains(t, pages(t, pdf(t, document(chart(0))))[0], said)
}

func TestLinesDifferByColourDashesAndMarkers(t *testing.T) {
	t.Parallel()
	ops := drawn(t, pdf(t, document(paper.Lines{Title: "Linee", Axis: "n", Series: threeSeries()})))
	for _, want := range []string{"0.000 0.447 0.698 RG", "0.835 0.369 0.000 RG", "0.000 0.620 0.451 RG", "[6.80 3.40] 0.00 d", "[1.98 3.12] 0.00 d"} {
		require.Contains(t, ops, want)
	}
	for _, marker := range []string{"c\n", "re f\n", " l \nf\n"} {
		require.GreaterOrEqual(t, strings.Count(ops, marker), 20, "%q", marker)
	}
}

func TestAnAxisWithoutZeroSaysSo(t *testing.T) {
	t.Parallel()
	const said = "Attenzione: l'asse verticale non parte da zero ma da"
	chart := func(zoomed bool, least int64) string {
		return pages(t, pdf(t, document(paper.Lines{Title: "Linea", Axis: "lavoratori", Zoomed: zoomed,
			Series: []paper.Series{{Name: "una", Points: monthly(12, func(i int) int64 { return least + int64(i) })}}})))[0]
	}
	require.Contains(t, chart(true, 1200), said+" 1.200.")
	require.NotContains(t, chart(false, 1200), said)
	require.NotContains(t, chart(true, 0), said, "zero is on it all the same")
	require.Contains(t, chart(true, -1200), said, "nor below zero")
}

func TestWhatCannotBePrinted(t *testing.T) {
	t.Parallel()
	series := func(points ...paper.Point) paper.Lines {
		return paper.Lines{Series: []paper.Series{{Name: "una", Points: points}}}
	}
	one := paper.Figure{Value: "1", Caption: "una"}
	column := paper.Column{Name: "A", Width: 40}
	for name, b := range map[string]paper.Block{
		"no series": paper.Lines{}, "four series": paper.Lines{Series: append(threeSeries(), threeSeries()[0])}, "no points": series(),
		"no month": series(paper.Point{Month: "2010-13"}), "a day": series(paper.Point{Month: "2010-01-01"}),
		"twice": series(paper.Point{Month: "2010-02"}, paper.Point{Month: "2010-02"}), "backwards": series(paper.Point{Month: "2010-02"}, paper.Point{Month: "2010-01"}),
		"a hundred years": series(paper.Point{Month: "1910-01"}, paper.Point{Month: "2010-01"}), "too great": series(paper.Point{Month: "2010-01", Value: 1 << 60}),
		"no bars": paper.Bars{}, "a bar below zero": paper.Bars{Bars: []paper.Bar{{Label: "a", Value: -1}}}, "a bar without words": paper.Bars{Bars: []paper.Bar{{}}},
		"two figures": paper.Figures{one, one}, "seven figures": paper.Figures{one, one, one, one, one, one, one}, "an empty figure": paper.Figures{one, one, {}},
		"no columns": paper.Table{}, "too wide": paper.Table{Columns: []paper.Column{{Name: "A", Width: 300}}},
		"no room":    paper.Table{Columns: []paper.Column{{Name: "A", Width: 180}, {Name: "B"}}},
		"short row":  paper.Table{Columns: []paper.Column{column, column}, Rows: []paper.Row{{Cells: []string{"1"}}}},
		"few totals": paper.Table{Columns: []paper.Column{column, column}, Totals: []string{"1"}}, "a title without words": paper.Section(""),
	} {
		var out bytes.Buffer
		require.ErrorContains(t, document(paper.Heading{}, b).Write(&out), "block 1", name)
		require.Zero(t, out.Len(), name)
	}
}
