package concessions_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/person"
	"w2w/services/concessions"
)

// TestCrypto_FieldRekeyed is row 17 of the catalogue, the turn of the key: a process without the new key fails closed,
// everything is sealed again while eight writers file and correct, in a pass that is interrupted once, and without the
// old key every row still opens.
func TestCrypto_FieldRekeyed(t *testing.T) {
	t.Parallel()
	h := open(t)
	before := h.as("03", "office")
	long, kept, drafts := before.sealedOfEveryKind()
	keys := person.Keys{Dir: h.People}
	first, err := keys.List()
	require.NoError(t, err)
	_, err = keys.Promote()
	require.ErrorIs(t, err, person.ErrKeys, "nothing is prepared")
	next, err := keys.Prepare()
	require.NoError(t, err)
	_, err = keys.Prepare()
	require.ErrorIs(t, err, person.ErrKeys, "one is prepared")
	prepared := h.replica()
	promoted, err := keys.Promote()
	require.NoError(t, err)
	require.Equal(t, next, promoted)
	after := h.replica()
	filed := "/applications/" + idOf(after.as("03", "office").post("/applications", istanza("N1", nil))) + "/workers"
	closed := before.send(http.MethodGet, filed, nil)
	require.Equal(t, []any{http.StatusInternalServerError, "internal"}, []any{closed.status, closed.code(t)}, "it has not got the new key")
	require.Equal(t, http.StatusOK, prepared.as("03", "office").send(http.MethodGet, filed, nil).status)
	require.Equal(t, 2, h.keysInUse(), "what is new is under the new key")
	after.requireKept(kept)
	h.AsOwner("create table kept as select * from application_workers")
	require.ErrorContains(t, keys.Drop(t.Context(), first[0].ID, h.sealed()), "seal them again first")

	h.resealUnderLoad(keys, after, drafts)
	again, err := keys.Reseal(t.Context(), func(int, int) {}, h.sealed())
	require.NoError(t, err)
	require.Zero(t, again)
	require.ErrorIs(t, keys.Drop(t.Context(), next, h.sealed()), person.ErrKeys, "it is the active one")
	require.NoError(t, keys.Drop(t.Context(), first[0].ID, h.sealed()))
	last := h.replica()
	last.requireKept(kept)
	last.requireReadable()
	require.EqualValues(t, 1, h.AsOwner("update application_workers w set person = k.person from kept k where (k.application_id, k.row) = (w.application_id, w.row) and w.application_id = $1 and w.row = 7",
		strings.TrimPrefix(long, "/applications/")))
	stale := last.as("03", "office").send(http.MethodGet, long+"/workers", nil)
	require.Equal(t, []any{http.StatusInternalServerError, "internal"}, []any{stale.status, stale.code(t)}, "sealed under a dropped key")
	_, err = keys.Reseal(t.Context(), func(int, int) {}, h.sealed())
	require.ErrorContains(t, err, "do not open and stay as they are, the first is application_workers/03/")
}

func (h *house) sealed() person.Sealed {
	return person.Sealed{DB: h.db, Columns: concessions.SealedColumns()}
}

// sealedOfEveryKind makes a long list of persons with a row that can't be read and a document. It returns its address,
// what is read of it by address, and drafts for the writers.
func (c caller) sealedOfEveryKind() (long string, kept map[string]string, drafts []string) {
	c.h.t.Helper()
	long = c.draft("LONG")
	var lines strings.Builder
	for n := range 1200 {
		lines.WriteString(line("", taxCode(n)))
	}
	require.Equal(c.h.t, http.StatusOK, c.upload(http.MethodPut, long, csvMedia, columns+lines.String()+","+taxCode(1)+",short\n").status)
	content := []byte("Verbale: Xawu Yoli")
	document := c.send(http.MethodPost, long+"/documents", paper("Verbale", content)).header.Get("Location")[len(base):] + "/content"
	require.Equal(c.h.t, http.StatusOK, c.send(http.MethodPut, document, content, "Content-Type", "application/octet-stream").status)
	kept = map[string]string{}
	for path, known := range map[string]string{long + "/workers": taxCode(1199), long + "/failed-rows": "short", document: "Yoli"} {
		kept[path] = string(c.send(http.MethodGet, path, nil).raw)
		require.Contains(c.h.t, kept[path], known)
	}
	for n := range 8 {
		drafts = append(drafts, c.draft(fmt.Sprint("D", n), worker(taxCode(2*n)), worker(taxCode(2*n+1))))
	}
	return long, kept, drafts
}

func (h *house) requireKept(kept map[string]string) {
	h.t.Helper()
	for path, text := range kept {
		require.Equal(h.t, text, string(h.as("03", "office").send(http.MethodGet, path, nil).raw), path)
	}
}

// keysInUse counts the keys under which persons, unread rows and documents are sealed.
func (h *house) keysInUse() (n int) {
	h.t.Helper()
	require.NoError(h.t, h.db.Read(context.Background(), "*", func(b *pgx.Batch) {
		b.Queue(`select count(distinct key) from (select substr(person, 2, 4) key from application_workers union all
			select substr(sent, 2, 4) from unread_rows union all select substr(content, 2, 4) from document_contents) sealed`).
			QueryRow(func(r pgx.Row) error { return r.Scan(&n) })
	}))
	return n
}

// resealUnderLoad seals everything again, in two passes since the first is interrupted, while the writers work.
func (h *house) resealUnderLoad(keys person.Keys, at *house, drafts []string) {
	h.t.Helper()
	stop, written := make(chan struct{}), new(atomic.Int64)
	writers := at.write(drafts, stop, written)
	more := func() {
		seen := written.Load()
		require.Eventually(h.t, func() bool { return written.Load() > seen+16 }, time.Minute, 5*time.Millisecond)
	}
	more()
	ctx, interrupt := context.WithCancel(h.t.Context())
	sealed, err := keys.Reseal(ctx, func(int, int) { interrupt() }, h.sealed())
	require.ErrorIs(h.t, err, context.Canceled)
	require.Positive(h.t, sealed)
	require.Equal(h.t, 2, h.keysInUse(), "the rest is still to do")
	rest, err := keys.Reseal(h.t.Context(), func(done, total int) {
		require.LessOrEqual(h.t, done, total)
		more()
	}, h.sealed())
	require.NoError(h.t, err)
	require.Positive(h.t, rest)
	close(stop)
	writers.Wait()
	require.Equal(h.t, 1, h.keysInUse())
	h.t.Logf("%d and %d sealed again beside %d writes", sealed, rest, written.Load())
}

// write files and corrects until stop is closed: each writer has a draft from before, whose list it replaces again and
// again, with a line that can't be read.
func (h *house) write(drafts []string, stop <-chan struct{}, written *atomic.Int64) *sync.WaitGroup {
	var writers sync.WaitGroup
	for i, draft := range drafts {
		writers.Go(func() {
			c := h.as("03", "office")
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				list := columns + line("", taxCode(2*i)) + line("", taxCode(2*i+1)) + "3," + taxCode(n) + ",short\n"
				if a := c.upload(http.MethodPut, draft, csvMedia, list); a.status != http.StatusOK {
					h.t.Error(a.status, string(a.raw))
				}
				if a := c.send(http.MethodPost, "/applications", istanza(fmt.Sprintf("W%d-%d", i, n), nil)); a.status != http.StatusCreated {
					h.t.Error(a.status, string(a.raw))
				}
				written.Add(1)
			}
		})
	}
	return &writers
}

// requireReadable opens the list and the failed rows of every application.
func (h *house) requireReadable() {
	h.t.Helper()
	var ids []string
	require.NoError(h.t, h.db.Read(context.Background(), "*", func(b *pgx.Batch) {
		b.Queue("select id::text from applications").Query(func(rows pgx.Rows) (err error) {
			ids, err = pgx.CollectRows(rows, pgx.RowTo[string])
			return err
		})
	}))
	for _, id := range ids {
		for _, what := range []string{"/workers", "/failed-rows"} {
			require.Equal(h.t, http.StatusOK, h.as("03", "office").send(http.MethodGet, "/applications/"+id+what, nil).status)
		}
	}
}

// TestCrypto_FieldChangedMeanwhile holds a pass between the reading of a batch and its storing: the row that somebody
// else has changed by then stays as they left it, the other one is sealed again.
func TestCrypto_FieldChangedMeanwhile(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), t.Context()
	two := []object{worker(taxCode(1)), worker(taxCode(2))}
	h.as("03", "office").post("/applications", istanza("A1", func(o object) { o["workers"] = two }))
	keys := person.Keys{Dir: h.People}
	id, err := keys.Prepare()
	require.NoError(t, err)
	_, err = keys.Promote()
	require.NoError(t, err)
	other, err := pgx.Connect(ctx, h.Admin)
	require.NoError(t, err)
	defer other.Close(context.Background())
	changed := append(binary.BigEndian.AppendUint32([]byte{1}, id), "of somebody else"...)
	_, err = other.Exec(ctx, "set search_path to concessions,public; set w2w.administration to '*'; begin")
	require.NoError(t, err)
	_, err = other.Exec(ctx, "update application_workers set person = $1 where row = 1", changed)
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() {
		_, err := keys.Reseal(ctx, func(int, int) {}, h.sealed())
		ended <- err
	}()
	require.Eventually(t, func() bool {
		var waits bool
		err := h.db.Pool().QueryRow(ctx, `select exists (select from pg_stat_activity where datname = current_database()
			and wait_event_type = 'Lock' and query like 'update application_workers%')`).Scan(&waits)
		return err == nil && waits
	}, time.Minute, 5*time.Millisecond)
	_, err = other.Exec(ctx, "commit")
	require.NoError(t, err)
	require.NoError(t, <-ended)
	var found []byte
	require.NoError(t, other.QueryRow(ctx, "select person from application_workers where row = 1").Scan(&found))
	require.Equal(t, changed, found)
	require.Equal(t, 1, h.keysInUse(), "the other row is under the new key")
}
