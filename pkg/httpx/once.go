package httpx

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations is the table of idempotency keys.
func Migrations() database.Set {
	dir, _ := fs.Sub(files, "migrations") // the folder is embedded, it can't be missing
	return database.Set{Name: "httpx", Files: dir}
}

const (
	bodyKey  = "w2w.body"
	mediaKey = "w2w.media"
	onceKey  = "w2w.once"
)

const longestKey = 128 // as in the contracts

// ticket is the right to one effect: the client's key and the hash of what was asked.
type ticket struct {
	client, key string
	hash        []byte
	replayed    func()
}

// Idempotency notes the caller's Idempotency-Key and what it asked, for Once. It comes after the
// contract and the identity.
func Idempotency() gin.HandlerFunc {
	return func(c *gin.Context) {
		key := c.GetHeader("Idempotency-Key")
		if key == "" {
			return
		}
		if len(key) > longestKey || !readable(key) { // also where the contract does not ask for one
			Problem(c, fault.New(fault.RequestInvalid, "La chiave non è accettata.", "The key is not accepted.").
				At("header:Idempotency-Key", "text", "testo non valido o troppo lungo", "no valid text, or too long"))
			return
		}
		h := sha256.New()
		fmt.Fprintf(h, "%s %s\n%s\n", c.Request.Method, c.Request.URL.Path, c.GetHeader("If-Match"))
		if body, ok := c.Value(bodyKey).([]byte); ok {
			h.Write(body)
		}
		t := ticket{client: auth.From(c).Client, key: key, hash: h.Sum(nil),
			replayed: func() { c.Header("Idempotency-Replayed", "true") }}
		c.Set(onceKey, t)
	}
}

const insertKey = `insert into idempotency_keys (client, key, request_hash, response) values ($1, $2, $3, $4)`

// Once runs a write at most once for its Idempotency-Key: the key's row, which holds the result, is
// committed with the effect. The key is looked up only when the write fails, so that the usual case costs
// no round trip; a replay gets the stored result, another request under the same key is refused.
func Once[T any](ctx context.Context, db *database.DB, administration string, write func(tx *database.Tx) (T, error)) (T, error) {
	t, keyed := ctx.Value(onceKey).(ticket)
	var result T
	err := db.Update(ctx, administration, func(tx *database.Tx) (err error) {
		if result, err = write(tx); err != nil || !keyed {
			return err
		}
		stored, err := json.Marshal(result)
		if err != nil {
			return err
		}
		tx.Queue(insertKey, t.client, t.key, t.hash, stored)
		return nil
	})
	if err == nil || !keyed {
		return result, err
	}
	stored, err := recall(ctx, db, t, err)
	if err != nil {
		return result, err
	}
	return result, json.Unmarshal(stored, &result)
}

// OnceAtCommit is Once for a write whose answer is known only when it is committed, and can be read later from
// what it wrote: nothing is kept with the key. fresh is false for a replay. The key's row goes first, so that the
// last statement of the write travels with the commit.
func OnceAtCommit(ctx context.Context, db *database.DB, administration string, write func(tx *database.Tx) error) (fresh bool, err error) {
	t, keyed := ctx.Value(onceKey).(ticket)
	err = db.Update(ctx, administration, func(tx *database.Tx) error {
		if keyed {
			tx.Queue(insertKey, t.client, t.key, t.hash, []byte("{}"))
		}
		return write(tx)
	})
	if err == nil || !keyed {
		return err == nil, err
	}
	_, err = recall(ctx, db, t, err)
	return false, err
}

// recall looks for the result of an earlier use of the key; without one the failure stands.
func recall(ctx context.Context, db *database.DB, t ticket, failure error) (stored []byte, err error) {
	var hash []byte
	err = db.Read(ctx, "", func(b *pgx.Batch) {
		b.Queue("select request_hash, response from idempotency_keys where client = $1 and key = $2", t.client, t.key).
			QueryRow(func(r pgx.Row) error { return r.Scan(&hash, &stored) })
	})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, failure
	case err != nil:
		return nil, errors.Join(failure, err)
	case string(hash) != string(t.hash):
		return nil, fault.New(fault.IdempotencyKeyReused, "La chiave è già servita per un'altra richiesta.", "The key was used for another request.").
			At("header:Idempotency-Key", "reused", "già usata", "used already")
	}
	t.replayed()
	return stored, nil
}
