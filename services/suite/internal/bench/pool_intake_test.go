package bench

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"w2w/pkg/period"
)

const (
	poolWorkers   = 12_000
	poolMovements = 8_000
	poolMonths    = 12
)

// BenchmarkPoolIntake takes a pool in and the movements of its year, month by month as they are uploaded, and compares
// with COPY of all rows that each upload left, with a commit for each. Both write into empty tables.
func BenchmarkPoolIntake(b *testing.B) {
	w := openWard(b)
	w.upload("/entity-intakes", registry(b))
	db, err := pgconn.Connect(context.Background(), w.owner)
	require.NoError(b, err)
	b.Cleanup(func() { db.Close(context.Background()) })
	var ours, limit []float64
	for round := range rounds + 1 {
		w.empty()
		left, took := w.takeIn(db, round)
		before := w.counted()
		w.empty()
		copied := copyIn(b, db, left)
		require.Equal(b, before, w.counted())
		if round > 0 { // the first warms up
			ours, limit = append(ours, (poolWorkers+poolMovements)/took.Seconds()), append(limit, (poolWorkers+poolMovements)/copied.Seconds())
		}
	}
	against(b, row{name: "intake: 12,000 workers and 8,000 movements, against COPY of the rows", unit: "rows/s", target: 0.3}, ours, limit)
}

// takeIn uploads a new pool and its movements; it returns what each upload left, and the time that all took.
func (w *ward) takeIn(db *pgconn.PgConn, round int) (left [][]part, took time.Duration) {
	w.b.Helper()
	g := newCrowd(round, poolWorkers, poolRegions...)
	lists := []struct {
		path string
		rows []byte
	}{{"/pool-intakes", g.pool(w.b)}}
	for month := period.YearMonth(2010, 1); month <= period.YearMonth(2010, poolMonths); month++ {
		lists = append(lists, struct {
			path string
			rows []byte
		}{"/movement-intakes", g.move(w.b, month, poolMovements/poolMonths)})
	}
	for _, l := range lists {
		events, records := w.query("select coalesce(max(id), 0) from lsu.outbox"), w.query("select coalesce(max(id), 0) from lsu.audit_records")
		x, t := w.upload(l.path, l.rows)
		require.Greater(w.b, x.Intake.Accepted, 8*x.Intake.Rejected)
		took += t
		id := x.Intake.ID
		left = append(left, []part{w.copyOut(db, "intakes", "id = '"+id+"'"), w.copyOut(db, "failed_rows", "intake_id = '"+id+"' order by row"),
			w.copyOut(db, "movements", "intake_id = '"+id+"' order by seq"), w.copyOut(db, "outbox", "id > "+events+" order by id"),
			w.copyOut(db, "audit_records", "id > "+records+" order by id"), w.copyOut(db, "idempotency_keys", "response->'intake'->>'id' = '"+id+"'")})
	}
	left[0] = append(left[0][:2:2], append([]part{w.copyOut(db, "workers", "true order by id")}, left[0][3:]...)...)
	return left, took
}

// empty takes what an intake leaves away but for events and records, which a feed and a chain of hashes follow.
func (w *ward) empty() {
	w.query("truncate lsu.workers, lsu.movements, lsu.failed_rows, lsu.intakes, lsu.idempotency_keys cascade")
}

// counted says how many rows the tables have; of events and records, how many are new since it was last asked.
func (w *ward) counted() string {
	return w.query(`select format('%s %s %s %s %s', (select count(*) from lsu.workers), (select count(*) from lsu.movements), (select count(*) from lsu.failed_rows),
		(select count(*) from lsu.intakes), (select count(*) from lsu.idempotency_keys))`)
}

func copyIn(b *testing.B, db *pgconn.PgConn, left [][]part) time.Duration {
	b.Helper()
	ctx, start := context.Background(), time.Now()
	exec := func(sql string) { require.NoError(b, db.Exec(ctx, sql).Close()) }
	for _, parts := range left {
		exec("begin")
		for _, p := range parts {
			if len(p.text) == 0 {
				continue
			}
			_, err := db.CopyFrom(ctx, bytes.NewReader(p.text), p.into)
			require.NoError(b, err, fmt.Sprint(p.into))
		}
		exec("commit")
	}
	return time.Since(start)
}
