package httpx_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/pkg/testkit"
)

var effects = database.Set{Name: "things", Files: fstest.MapFS{"00001_effects.sql": {Data: []byte(`-- +goose Up
create table effects (n bigint generated always as identity, what text not null);
create unique index effect_once on effects (what) where what <> '{"name":"free"}';`)}}}

type result struct {
	N    int64  `json:"n"`
	What string `json:"what"`
}

// desk is an engine whose writes have an effect that can be counted.
type desk struct {
	http.Handler
	db *database.DB
}

// open returns a desk; write adds the effect that its body names, and before runs first in the transaction.
func open(t *testing.T, before func(what string) error) desk {
	t.Helper()
	db := testkit.Database(t, "things", httpx.Migrations(), effects)
	return desk{db: db, Handler: engine(t, func(c *gin.Context) {
		_, body := httpx.Body(c)
		out, err := httpx.Once(c, db, "03", func(tx *database.Tx) (r result, err error) {
			if err := before(string(body)); err != nil {
				return r, err
			}
			r.What = string(body)
			return r, tx.QueryRow("insert into effects (what) values ($1) returning n", []any{r.What}, &r.N)
		})
		if err != nil {
			httpx.Problem(c, err)
			return
		}
		c.JSON(http.StatusCreated, out)
	})}
}

func nothing(string) error { return nil }

func (d desk) count(t *testing.T) (n int) {
	t.Helper()
	require.NoError(t, d.db.Read(context.Background(), "", func(b *pgx.Batch) {
		b.Queue("select count(*) from effects").QueryRow(func(r pgx.Row) error { return r.Scan(&n) })
	}))
	return n
}

func TestIdem(t *testing.T) {
	t.Parallel()
	d := open(t, nothing)
	const a, b = `{"name":"a"}`, `{"name":"b"}`
	missing := problemOf(t, call(d, http.MethodPost, "/api/things", a, "Idempotency-Key", ""))
	require.Equal(t, []any{400, "idempotency-key-missing"}, []any{missing.Status, missing.Code})
	require.Zero(t, d.count(t))

	first := call(d, http.MethodPost, "/api/things", a, "X-Client", "one")
	require.Equal(t, http.StatusCreated, first.Code)
	require.Empty(t, first.Header().Get("Idempotency-Replayed"))
	again := call(d, http.MethodPost, "/api/things", a, "X-Client", "one")
	require.Equal(t, []any{http.StatusCreated, "true"}, []any{again.Code, again.Header().Get("Idempotency-Replayed")})
	require.JSONEq(t, first.Body.String(), again.Body.String())
	require.Equal(t, 1, d.count(t))

	for name, other := range map[string][]string{
		"another body":    {http.MethodPost, "/api/things", b},
		"a blank more":    {http.MethodPost, "/api/things", `{"name": "a"}`},
		"another address": {http.MethodPut, one, a},
	} {
		p := problemOf(t, call(d, other[0], other[1], other[2], "X-Client", "one"))
		require.Equal(t, []any{422, "idempotency-key-reused", []string{"header:Idempotency-Key"}}, []any{p.Status, p.Code, p.pointers()}, name)
	}
	require.Equal(t, 1, d.count(t), "a refused use has no effect")
	require.Equal(t, http.StatusCreated, call(d, http.MethodPost, "/api/things", b, "X-Client", "two").Code, "another client's keys are its own")
	require.Equal(t, http.StatusCreated, call(d, http.MethodPost, "/api/things", `{"name":"c"}`, "X-Client", "one", "Idempotency-Key", "key2").Code)
	require.Equal(t, 3, d.count(t))
}

// TestAKeyThatCantBeStoredIsRefused also where the contract does not ask for one.
func TestAKeyThatCantBeStoredIsRefused(t *testing.T) {
	t.Parallel()
	d := open(t, nothing)
	for _, key := range []string{"\xff", strings.Repeat("k", 129)} {
		p := problemOf(t, call(d, http.MethodPut, one, `{"name":"a"}`, "Idempotency-Key", key))
		require.Equal(t, []any{400, "request-invalid", []string{"header:Idempotency-Key"}}, []any{p.Status, p.Code, p.pointers()})
	}
	require.Zero(t, d.count(t))
}

// TestIdem_Race sends the same request 64 times at once: it has one effect, and every answer tells of it. The
// key alone must see to it for the free one, which no constraint of its own holds back.
func TestIdem_Race(t *testing.T) {
	t.Parallel()
	d := open(t, nothing)
	for _, name := range []string{"a", "free", "b"} {
		codes, bodies, replays := [64]int{}, [64]string{}, [64]bool{}
		var all sync.WaitGroup
		for i := range codes {
			all.Go(func() {
				w := call(d, http.MethodPost, "/api/things", `{"name":"`+name+`"}`, "Idempotency-Key", name)
				codes[i], bodies[i], replays[i] = w.Code, w.Body.String(), w.Header().Get("Idempotency-Replayed") == "true"
			})
		}
		all.Wait()
		fresh := 0
		for i := range codes {
			require.Equal(t, http.StatusCreated, codes[i], bodies[i])
			require.JSONEq(t, bodies[0], bodies[i])
			if !replays[i] {
				fresh++
			}
		}
		require.Equal(t, 1, fresh, "one answer is the first")
	}
	require.Equal(t, 3, d.count(t))
}

// TestAFailureIsNotRemembered: after a refusal or a failure the same key may be used again.
func TestAFailureIsNotRemembered(t *testing.T) {
	t.Parallel()
	fail := map[string]error{`{"name":"a"}`: fault.New(fault.RuleViolated, "no", "no"), `{"name":"b"}`: errors.New("a fault of ours")}
	d := open(t, func(what string) error { return fail[what] })
	for what, status := range map[string]int{`{"name":"a"}`: 422, `{"name":"b"}`: 500} {
		require.Equal(t, status, call(d, http.MethodPost, "/api/things", what, "Idempotency-Key", what).Code)
	}
	require.Zero(t, d.count(t))
	clear(fail)
	for _, what := range []string{`{"name":"a"}`, `{"name":"b"}`} {
		w := call(d, http.MethodPost, "/api/things", what, "Idempotency-Key", what)
		require.Equal(t, []any{http.StatusCreated, ""}, []any{w.Code, w.Header().Get("Idempotency-Replayed")})
	}
	require.Equal(t, 2, d.count(t))
}

// TestAnEffectThatExistsIsNoReplay: a conflict under a fresh key stays a conflict.
func TestAnEffectThatExistsIsNoReplay(t *testing.T) {
	t.Parallel()
	d := open(t, nothing)
	require.Equal(t, http.StatusCreated, call(d, http.MethodPost, "/api/things", `{"name":"a"}`).Code)
	p := problemOf(t, call(d, http.MethodPost, "/api/things", `{"name":"a"}`, "Idempotency-Key", "other"))
	require.Equal(t, []any{409, "already-exists"}, []any{p.Status, p.Code})
}

// TestWithoutAKeyEveryWriteIsNew: a call that the contract gives no key to is bound by its version instead.
func TestWithoutAKeyEveryWriteIsNew(t *testing.T) {
	t.Parallel()
	d := open(t, nothing)
	for i := range 2 {
		w := call(d, http.MethodPut, one, fmt.Sprintf(`{"name":"%d"}`, i), "Idempotency-Key", "")
		require.Equal(t, http.StatusCreated, w.Code)
	}
	require.Equal(t, 2, d.count(t))
}
