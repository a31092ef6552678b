package audit_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
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
	for n := range records {
		require.NoError(t, db.Update(ctx, "03", func(tx *database.Tx) error {
			return audit.Append(tx, audit.Record{Action: "test.write", Subject: fmt.Sprint("thing/", n), Administration: "03",
				By: auth.Identity{Client: "c", Actor: "a"}, Detail: map[string]any{"n": n}})
		}))
	}
	return journal{db, owner}
}

// seal chains all records: those of transactions that still run elsewhere hold it back for a moment.
func (j journal) seal(t *testing.T, want int) {
	t.Helper()
	got := 0
	require.Eventually(t, func() bool {
		n, err := audit.NewSealer(j.db).Seal(context.Background())
		got += n
		return err == nil && got == want
	}, 10*time.Second, 20*time.Millisecond)
}

func TestEveryRecordIsSealedOnce(t *testing.T) {
	t.Parallel()
	j := open(t, 20)
	j.seal(t, 20)
	n, err := audit.NewSealer(j.db).Seal(context.Background())
	require.NoError(t, err)
	require.Zero(t, n)
	sealed, root, err := audit.Verify(context.Background(), j.db)
	require.NoError(t, err)
	require.EqualValues(t, 20, sealed)
	require.Len(t, root, 32)
}

func TestTheServiceCanOnlyAdd(t *testing.T) {
	t.Parallel()
	j := open(t, 1)
	for _, statement := range []string{"update audit_records set actor = 'x'", "delete from audit_records", "delete from audit_chain", "truncate audit_records"} {
		_, err := j.db.Pool().Exec(context.Background(), statement)
		require.ErrorContains(t, err, "permission denied", statement)
	}
}

// TestAudit_Tamper is row 41 of the catalogue, as far as the chain alone can tell.
func TestAudit_Tamper(t *testing.T) {
	t.Parallel()
	for name, statement := range map[string]string{
		"edited":    "update audit.audit_records set actor = 'other' where id = 7",
		"deleted":   "delete from audit.audit_records where id = 7",
		"reordered": "update audit.audit_chain set record_id = -1 where record_id = 7; update audit.audit_chain set record_id = 7 where record_id = 8",
		"cut out":   "delete from audit.audit_chain where record_id = 7",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := open(t, 10)
			j.seal(t, 10)
			_, err := j.owner.Exec(context.Background(), statement)
			require.NoError(t, err)
			_, _, err = audit.Verify(context.Background(), j.db)
			require.ErrorContains(t, err, "broken at position 7")
		})
	}
}
