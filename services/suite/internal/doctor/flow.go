package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/services/suite/internal/house"
	"w2w/services/suite/internal/restored"
)

const (
	unguarded = `select count(*) from pg_class c where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
		and exists (select from pg_attribute where attrelid = c.oid and attname = 'administration' and not attisdropped)
		and not (relrowsecurity and relforcerowsecurity)`
	unsealedAge = `select coalesce(extract(epoch from clock_timestamp() - min(at)), 0)::float8 from audit_records r
		where (xid, id) > (coalesce((select xid from audit_chain order by position desc limit 1), '0'::xid8),
			coalesce((select record_id from audit_chain order by position desc limit 1), 0))`
	heldBackAge = `select coalesce(extract(epoch from clock_timestamp() - min(at)), 0)::float8 from outbox
		where xid >= pg_snapshot_xmin(pg_current_snapshot())`
	late = time.Minute
)

// flow looks at what has to go on in a schema: row security, sealing, feed, transaction ids.
func (f *Findings) flow(ctx context.Context, db *database.DB, s house.Schema) error {
	feeds := slices.ContainsFunc(s.Sets, func(x database.Set) bool { return x.Name == "feed" })
	var open int
	var unsealed, held float64
	err := db.Read(ctx, "*", func(b *pgx.Batch) {
		b.Queue(unguarded).QueryRow(func(r pgx.Row) error { return r.Scan(&open) })
		b.Queue(unsealedAge).QueryRow(func(r pgx.Row) error { return r.Scan(&unsealed) })
		if feeds {
			b.Queue(heldBackAge).QueryRow(func(r pgx.Row) error { return r.Scan(&held) })
		}
	})
	if err != nil {
		return err
	}
	f.judge(open > 0, Fail, "row security "+s.Name, fmt.Sprintf("%d tables without", open), "find out who took it away; alter table … enable and force row level security")
	f.age("audit chain "+s.Name, unsealed, "see that a replica of "+s.Name+" runs; its log says why it does not seal")
	if feeds {
		f.age("feed "+s.Name, held, "end the transaction that pg_stat_activity shows as the oldest")
	}
	ahead, err := restored.Ahead(ctx, db, feeds)
	if err != nil {
		return err
	}
	f.judge(ahead > 0, Fail, "transaction ids "+s.Name, fmt.Sprintf("%d behind the records", ahead),
		"the database was restored from a dump: run w2w restored before the services start")
	return nil
}

func (f *Findings) age(thing string, seconds float64, mend string) {
	age := time.Duration(seconds * float64(time.Second)).Round(time.Second)
	level := Warn
	if age > 10*late {
		level = Fail
	}
	f.judge(age > late, level, thing, fmt.Sprintf("the oldest waits %s", age), mend)
}

// followers reads what the metrics say of those who follow feeds.
func (f *Findings) followers(metrics string) {
	n, stopped := 0, []string{}
	for line := range strings.Lines(metrics) {
		if strings.HasPrefix(line, "w2w_feed_follower_stopped{") {
			n++
			if strings.HasSuffix(strings.TrimSpace(line), " 1") {
				stopped = append(stopped, line[strings.Index(line, "{"):strings.LastIndex(line, "}")+1])
			}
		}
	}
	f.judge(len(stopped) > 0, Fail, "followers", fmt.Sprintf("%d, stopped: %s", n, strings.Join(stopped, " ")),
		"its log names the event that it can't digest; see deploy/runbook.md")
}
