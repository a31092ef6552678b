// Package bench measures the suite against limits that are taken in the same run: what a bare server, pgbench
// or COPY reach with the same statements, the same data and the same number of clients. `make bench` prints the
// table; BENCH=Intake (Writes, Plafond, Reads, Season, Memory, Pool) measures one part.
package bench

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"text/tabwriter"
	"time"
)

const (
	rounds  = 15
	stretch = time.Second // of one side in one round
	warmUp  = time.Second
	clients = 16
)

// row is a line of the table: ours against a limit, in the same unit.
type row struct {
	name, unit  string
	ours, limit float64
	ratio       float64
	target      float64
	atMost      bool // the ratio may not exceed the target; otherwise it must reach it
}

func (r row) ok() string {
	if r.target == 0 {
		return ""
	}
	if r.atMost && r.ratio <= r.target || !r.atMost && r.ratio >= r.target {
		return "yes"
	}
	return "NO"
}

// board collects the rows of one run.
type board struct{ rows []row }

var results board

// TestMain prints the table behind the benchmarks.
func TestMain(m *testing.M) {
	code := m.Run()
	results.print()
	os.Exit(code)
}

func (t *board) add(b *testing.B, r row) {
	b.Helper()
	t.rows = append(t.rows, r)
	b.ReportMetric(r.ratio, "ratio")
	b.ReportMetric(0, "ns/op") // says nothing here
}

func (t *board) print() {
	if len(t.rows) == 0 {
		return
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nmeasured\tours\tlimit\tunit\tratio\ttarget\tok")
	for _, r := range t.rows {
		sign := ">="
		if r.atMost {
			sign = "<="
		}
		target := fmt.Sprintf("%s %.2f", sign, r.target)
		if r.target == 0 {
			target = "-"
		}
		fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%s\t%.2f\t%s\t%s\n", r.name, r.ours, r.limit, r.unit, r.ratio, target, r.ok())
	}
	w.Flush()
}

// side does as much as it can for so long and tells how much that was in a second.
type side func(for_ time.Duration) float64

// interleave measures all sides in turn, several times, so that whatever else the machine does falls on all of
// them alike; it returns each side's figures, round by round.
func interleave(sides ...side) [][]float64 {
	out := make([][]float64, len(sides))
	for _, s := range sides {
		s(warmUp)
	}
	for range rounds {
		for i, s := range sides {
			out[i] = append(out[i], s(stretch))
		}
	}
	return out
}

// against adds a row with the median of the rounds' ratios.
func against(b *testing.B, r row, ours, limit []float64) {
	b.Helper()
	ratios := make([]float64, len(ours))
	for i := range ours {
		ratios[i] = ours[i] / limit[i]
	}
	r.ours, r.limit, r.ratio = median(ours), median(limit), median(ratios)
	results.add(b, r)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}
