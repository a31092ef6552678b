package audit_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/testkit"
)

type journal struct {
	db    *database.DB
	owner *pgx.Conn
}

func open(t *testing.T, records int) journal {
	t.Helper()
	ctx := context.Background()
	admin, service := testkit.URLs(t, "audit", audit.Migrations())
	db, err := database.Open(ctx, database.Options{URL: service, Schema: "audit"})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	owner, err := pgx.Connect(ctx, admin)
	require.NoError(t, err)
	t.Cleanup(func() { _ = owner.Close(ctx) })
	j := journal{db, owner}
	for n := range records {
		require.NoError(t, j.append(n))
	}
	return j
}

func (j journal) append(n int) error {
	return j.db.Update(context.Background(), "03", func(tx *database.Tx) error { return audit.Append(tx, record(n)) })
}

func record(n int) audit.Record {
	return audit.Record{Action: "test.write", Subject: fmt.Sprint("thing/", n), Administration: "03",
		By: auth.Identity{Client: "c", Actor: "a"}, Detail: map[string]any{"n": n, "text": "è \u2028 \"<\\"}}
}

// seal chains all records: those of transactions that still run elsewhere hold it back for a moment.
func (j journal) seal(t *testing.T, want int) (head audit.Checkpoint) {
	t.Helper()
	got := 0
	sealer := audit.NewSealer(j.db).Publish(func(c audit.Checkpoint) { head = c })
	require.Eventually(t, func() bool {
		n, err := sealer.Seal(context.Background())
		got += n
		return err == nil && got == want
	}, 10*time.Second, 20*time.Millisecond)
	return head
}

func (j journal) tamper(t *testing.T, statements string) {
	t.Helper()
	_, err := j.owner.Exec(context.Background(), statements)
	require.NoError(t, err)
}

func (j journal) verify(known ...audit.Checkpoint) (int64, []byte, error) {
	return audit.Verify(context.Background(), j.db, known...)
}

func TestEveryRecordIsSealedOnce(t *testing.T) {
	t.Parallel()
	j := open(t, 20)
	head := j.seal(t, 20)
	n, err := audit.NewSealer(j.db).Publish(func(audit.Checkpoint) { t.Error("nothing was sealed") }).Seal(context.Background())
	require.NoError(t, err)
	require.Zero(t, n)
	sealed, root, err := j.verify(head)
	require.NoError(t, err)
	require.Equal(t, audit.Checkpoint{Position: 20, Hash: root}, head)
	require.EqualValues(t, 20, sealed)
	again, err := audit.ParseCheckpoint(head.String())
	require.NoError(t, err)
	require.Equal(t, head, again)
}

func TestASlowTransactionIsSealedInItsPlace(t *testing.T) {
	t.Parallel()
	j := open(t, 0)
	require.NoError(t, j.db.Update(context.Background(), "03", func(tx *database.Tx) error {
		if err := errors.Join(audit.Append(tx, record(1)), tx.Flush(), j.append(2)); err != nil {
			return err
		}
		n, err := audit.NewSealer(j.db).Seal(context.Background())
		require.Zero(t, n, "record 2 waits for the older transaction")
		return err
	}))
	j.seal(t, 2)
	_, _, err := j.verify()
	require.NoError(t, err)
}

func TestReplicasSealOneChain(t *testing.T) {
	t.Parallel()
	j := open(t, 0)
	ctx, stop := context.WithCancel(context.Background())
	var sealers, writers sync.WaitGroup
	for range 3 {
		sealers.Go(func() {
			audit.NewSealer(j.db).Run(ctx, time.Millisecond, func(err error) { t.Error(err) })
		})
	}
	for w := range 4 {
		writers.Go(func() {
			for n := range 25 {
				if err := j.append(w*25 + n); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	require.Eventually(t, func() bool {
		sealed, _, err := j.verify()
		return err == nil && sealed == 100
	}, 20*time.Second, 20*time.Millisecond)
	stop()
	sealers.Wait()
}

func TestTheServiceCanOnlyAdd(t *testing.T) {
	t.Parallel()
	j := open(t, 1)
	for _, statement := range []string{"update audit_records set actor = 'x'", "delete from audit_records", "update audit_chain set hash = ''",
		"delete from audit_chain", "truncate audit_records", "truncate audit_chain"} {
		_, err := j.db.Pool().Exec(context.Background(), statement)
		require.ErrorContains(t, err, "42501", statement)
	}
}

func TestAnAdministrationReadsItsOwnRecords(t *testing.T) {
	t.Parallel()
	j := open(t, 3)
	for administration, want := range map[string]int{"03": 3, "07": 0, "": 0, "*": 3} {
		var n int
		require.NoError(t, j.db.Read(context.Background(), administration, func(b *pgx.Batch) {
			b.Queue("select count(*) from audit_records").QueryRow(func(row pgx.Row) error { return row.Scan(&n) })
		}))
		require.Equal(t, want, n, administration)
	}
}

func TestARecordTellsHowSurelyTheActorIsKnown(t *testing.T) {
	t.Parallel()
	j := open(t, 0)
	known := record(1)
	known.By.LoA = "LoA3"
	for _, r := range []audit.Record{known, record(2)} {
		require.NoError(t, j.db.Update(context.Background(), "03", func(tx *database.Tx) error { return audit.Append(tx, r) }))
	}
	var levels []string
	require.NoError(t, j.db.Read(context.Background(), "03", func(b *pgx.Batch) {
		b.Queue("select coalesce(detail->>'loa', 'none') from audit_records order by id").Query(func(rows pgx.Rows) (err error) {
			levels, err = pgx.CollectRows(rows, pgx.RowTo[string])
			return err
		})
	}))
	require.Equal(t, []string{"LoA3", "none"}, levels)
}

func TestARecordFallsWithItsTransaction(t *testing.T) {
	t.Parallel()
	j, refusal := open(t, 0), errors.New("refused")
	err := j.db.Update(context.Background(), "03", func(tx *database.Tx) error {
		return errors.Join(audit.Append(tx, record(1)), tx.Flush(), refusal)
	})
	require.ErrorIs(t, err, refusal)
	require.Error(t, j.db.Update(context.Background(), "03", func(tx *database.Tx) error {
		return audit.Append(tx, audit.Record{Detail: map[string]any{"n": func() {}}})
	}))
	require.NoError(t, j.append(2))
	j.seal(t, 1)
}

func TestUnsealedAge(t *testing.T) {
	t.Parallel()
	j, registry := open(t, 1), prometheus.NewRegistry()
	require.NoError(t, registry.Register(audit.NewCollector(j.db)))
	age := func() float64 {
		families, err := registry.Gather()
		require.NoError(t, err)
		return families[0].GetMetric()[0].GetGauge().GetValue()
	}
	require.Positive(t, age())
	j.seal(t, 1)
	require.Zero(t, age())
}
