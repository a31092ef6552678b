package bench

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/period"
)

const (
	regionClosed    = "18"
	regionWorkers   = 6_000
	regionMovements = 4_000
)

// BenchmarkPoolClosing closes month after month of a Region of 6,000 workers, and compares with one SQL statement that
// counts the same figures of the same month: both must say the same.
func BenchmarkPoolClosing(b *testing.B) {
	w := openWard(b)
	first, months := period.YearMonth(2010, 1), rounds+1
	w.fill(first, months)
	ctx := context.Background()
	db, err := pgx.Connect(ctx, w.owner)
	require.NoError(b, err)
	b.Cleanup(func() { db.Close(ctx) })
	var ours, limit []float64
	for month := first; month < first+period.Month(months); month++ {
		at := "/regions/" + regionClosed + "/months/" + month.String() + "/transitions"
		w.tell("office", regionClosed, at, object{"event": "SUBMIT"}, "If-Match", `"1"`)
		took := w.tell("validator", regionClosed, at, object{"event": "CLOSE"}, "If-Match", `"2"`)
		counted, alone := countMonth(b, db, month)
		require.Equal(b, w.frozen(month), counted)
		if month > first { // which warms up
			ours, limit = append(ours, float64(took.Microseconds())/1000), append(limit, float64(alone.Microseconds())/1000)
		}
	}
	against(b, row{name: "closing a Region of 6,000 workers, against one statement that counts", unit: "ms", target: 5, atMost: true}, ours, limit)
}

// fill loads the pool of the Region, and what happens in so many months.
func (w *ward) fill(first period.Month, months int) {
	w.upload("/entity-intakes", registry(w.b))
	g := newCrowd(0, regionWorkers, regionClosed)
	w.upload("/pool-intakes", g.pool(w.b))
	for month := first; month < first+period.Month(months); month++ {
		w.upload("/movement-intakes", g.move(w.b, month, regionMovements/months))
		if month.Month() == time.January {
			w.tell("ministry", auth.AllAdministrations, "/conventions", object{"region": regionClosed, "year": month.Year(), "funds_cents": 10_000_000_000, "legal_ref": "Convenzione"})
		}
	}
	w.query("vacuum analyze lsu.workers")
	w.query("vacuum analyze lsu.movements")
}

// figures are what the statement counts and the report says.
type figures struct {
	AtStart   int            `json:"at_start"`
	Exits     map[string]int `json:"exits"`
	Suspended int            `json:"suspended_at_end"`
	Active    int            `json:"active_at_end"`
	Male      int            `json:"at_end_m"`
	Female    int            `json:"at_end_f"`
	Ages      []int          `json:"ages"`
	DueCents  int64          `json:"asu_due_cents"`
	Entities  []entityLine   `json:"entities"`
}

type entityLine struct {
	Ref       string `json:"entity_ref"`
	AtStart   int    `json:"at_start"`
	Exits     int    `json:"exits"`
	In        int    `json:"transferred_in"`
	Out       int    `json:"transferred_out"`
	Suspended int    `json:"suspended_at_end"`
	Active    int    `json:"active_at_end"`
	AtEnd     int    `json:"at_end"`
	DueCents  int64  `json:"asu_due_cents"`
}

// frozen reads the figures of the report that a closing froze.
func (w *ward) frozen(month period.Month) figures {
	w.b.Helper()
	var r struct {
		Figures struct {
			figures
			Exits []struct {
				Cause   string `json:"cause"`
				Workers int    `json:"workers"`
			} `json:"exits"`
			Ages []struct {
				Workers int `json:"workers"`
			} `json:"ages"`
		} `json:"figures"`
		Entities []entityLine `json:"entities"`
	}
	require.NoError(w.b, json.Unmarshal([]byte(w.query("select content from lsu.reports where month = '"+month.First().String()+"'")), &r))
	f := r.Figures.figures
	f.Exits, f.Entities = map[string]int{}, r.Entities
	for _, e := range r.Figures.Exits {
		f.Exits[e.Cause] = e.Workers
	}
	for _, a := range r.Figures.Ages {
		f.Ages = append(f.Ages, a.Workers)
	}
	require.NotZero(w.b, f.AtStart)
	return f
}

// countMonth runs the statement, which is prepared, and returns the time that it took.
func countMonth(b *testing.B, db *pgx.Conn, month period.Month) (f figures, took time.Duration) {
	b.Helper()
	var text []byte
	cents := 53_312
	if month.Year() > 2010 {
		cents = 54_138
	}
	start := time.Now()
	err := db.QueryRow(context.Background(), countOfMonth, regionClosed, month.First(), month.Last(), cents).Scan(&text)
	took = time.Since(start)
	require.NoError(b, err)
	require.NoError(b, json.Unmarshal(text, &f))
	return f, took
}
