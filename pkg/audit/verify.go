package audit

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
)

const verifyPage = 10_000

const selectLinks = `select c.position, c.record_id, c.hash, case when r.id is not null then ` + canonical + ` end from audit_chain c
left join audit_records r on r.id = c.record_id and r.xid = c.xid where c.position > $1 order by c.position limit $2`

// smuggled finds a record that was put behind the head of the chain: the sealer has long gone past its place.
const smuggled = `select r.id from audit_records r, (select xid, record_id from audit_chain order by position desc limit 1) head
where (r.xid, r.id) <= (head.xid, head.record_id) and not exists (select from audit_chain c where c.record_id = r.id)
order by r.xid, r.id limit 1`

// Verify recomputes the chain and returns the number of sealed records and their root; the error is a Broken
// that names the first record which was edited, deleted, moved or smuggled in. A tail that was cut off with its
// links, or a chain that was written anew, shows only against a known checkpoint kept elsewhere.
func Verify(ctx context.Context, db *database.DB, known ...Checkpoint) (sealed int64, root []byte, err error) {
	v := newVerifier(known)
	if err := walk(ctx, db, v.visit); err != nil {
		return v.head.Position, v.head.Hash, err
	}
	err = db.Read(ctx, "*", func(b *pgx.Batch) {
		b.Queue(smuggled).Query(func(rows pgx.Rows) error {
			ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
			if err == nil && len(ids) > 0 {
				err = &Broken{Position: v.head.Position, Record: ids[0], Reason: "the record was added behind the chain"}
			}
			return err
		})
	})
	if err == nil {
		err = v.end()
	}
	return v.head.Position, v.head.Hash, err
}

// walk visits the links in order, a page at a time, so that no statement grows with the chain.
func walk(ctx context.Context, db *database.DB, visit func(link) error) error {
	for after, n := int64(0), verifyPage; n == verifyPage; {
		n = 0
		err := db.Read(ctx, "*", func(b *pgx.Batch) {
			b.Queue(selectLinks, after, verifyPage).Query(database.Each(func(row pgx.Rows) error {
				var l link
				if err := row.Scan(&l.position, &l.record, &l.hash, &l.text); err != nil {
					return err
				}
				if err := visit(l); err != nil {
					return err
				}
				after = l.position
				n++
				return nil
			}))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// line is a link as it is exported: the record is, byte for byte, the text that its hash covers.
type line struct {
	Position int64          `json:"position"`
	Hash     string         `json:"hash"`
	Record   jsontext.Value `json:"record"`
}

// Export writes the sealed records as NDJSON for a verification without the database, and returns the head.
// It verifies as it goes: a broken chain is not exported beyond its break.
func Export(ctx context.Context, db *database.DB, w io.Writer) (Checkpoint, error) {
	v, out := newVerifier(nil), bufio.NewWriter(w)
	err := walk(ctx, db, func(l link) error {
		if err := v.visit(l); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "{\"position\":%d,\"hash\":%q,\"record\":%s}\n", l.position, hex.EncodeToString(l.hash), l.text)
		return err
	})
	if err != nil {
		return v.head, err
	}
	return v.head, out.Flush()
}

const longestLine = 1 << 20

// VerifyStream verifies an export, offline, and returns its head; see Verify for the known checkpoints.
func VerifyStream(r io.Reader, known ...Checkpoint) (Checkpoint, error) {
	v, lines := newVerifier(known), bufio.NewScanner(r)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		var l line
		err := json.Unmarshal(lines.Bytes(), &l, json.RejectUnknownMembers(true))
		hash, bad := hex.DecodeString(l.Hash)
		if err != nil || bad != nil {
			return v.head, &Broken{Position: v.head.Position + 1, Reason: "the line can't be read"}
		}
		if err := v.visit(link{position: l.Position, record: recordOf(l.Record), hash: hash, text: l.Record}); err != nil {
			return v.head, err
		}
	}
	if err := lines.Err(); err != nil {
		return v.head, err
	}
	return v.head, v.end()
}

// recordOf finds the id, which is the first element of a record; 0 when there is none.
func recordOf(record jsontext.Value) int64 {
	var elements []jsontext.Value
	if json.Unmarshal(record, &elements) != nil || len(elements) == 0 {
		return 0
	}
	id, err := strconv.ParseInt(string(elements[0]), 10, 64)
	if err != nil {
		return 0
	}
	return id
}
