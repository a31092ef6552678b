// Package restored makes a database that was restored from a dump fit to go on. Events and audit records keep the id of
// the transaction that wrote them, and their order goes by it; a new server counts its transactions from the beginning,
// so new records would stand before old ones until it has caught up.
package restored

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/services/suite/internal/house"
)

const (
	newestOfAudit = `select greatest(coalesce((select xid::text::bigint from audit_records order by xid desc limit 1), 0),
		coalesce((select xid::text::bigint from audit_chain order by position desc limit 1), 0))`
	newestOfFeed = `select coalesce((select xid::text::bigint from outbox order by xid desc limit 1), 0)`
	next         = `select pg_snapshot_xmax(pg_current_snapshot())::text::bigint`
)

// Ahead is by how many transactions the records of a schema are ahead of the server; 0 when all is well.
func Ahead(ctx context.Context, db *database.DB, feeds bool) (int64, error) {
	var audit, feed, server int64
	into := func(to *int64) func(pgx.Row) error { return func(r pgx.Row) error { return r.Scan(to) } }
	err := db.Read(ctx, "*", func(b *pgx.Batch) {
		b.Queue(newestOfAudit).QueryRow(into(&audit))
		if feeds {
			b.Queue(newestOfFeed).QueryRow(into(&feed))
		}
		b.Queue(next).QueryRow(into(&server))
	})
	return max(0, max(audit, feed)-server+1), err
}

// stride is how many transactions one statement takes; each is empty, so that nothing is written but the log.
const (
	stride = 50_000
	burn   = `do $$ begin for i in 1..50000 loop perform pg_current_xact_id(); commit; end loop; end $$`
)

// Mend takes transaction ids until the server is past the records of every service, tells how many are left, and
// returns how many there were.
func Mend(ctx context.Context, url string, tell func(left int64)) (int64, error) {
	var most int64
	for _, s := range house.Schemas() {
		db, err := database.Open(ctx, database.Options{URL: url, Schema: s.Name, MaxConns: 2})
		if err != nil {
			return 0, err
		}
		ahead, err := Ahead(ctx, db, slices.ContainsFunc(s.Sets, func(x database.Set) bool { return x.Name == "feed" }))
		db.Close()
		if err != nil {
			return 0, err
		}
		most = max(most, ahead)
	}
	return most, burnThrough(ctx, url, most, tell)
}

func burnThrough(ctx context.Context, url string, ahead int64, tell func(left int64)) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "set synchronous_commit = off"); err != nil { // nothing of these is worth a wait
		return err
	}
	for ; ahead > 0; ahead -= stride {
		tell(ahead)
		if _, err := conn.Exec(ctx, burn); err != nil {
			return err
		}
	}
	return nil
}
