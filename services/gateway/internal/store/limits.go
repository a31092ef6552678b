package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
)

// Limits is where the replicas tell each other what was asked of them. All instants are those of the database, so
// that no replica is lost for its clock.
type Limits struct {
	DB      *database.DB
	Replica string // the name of this one
}

// Demand is what all replicas that live were asked for lately.
type Demand struct {
	Replicas int
	Calls    map[string]int // by client
}

const (
	sayAlive  = `insert into replicas values ($1, clock_timestamp()) on conflict (id) do update set seen_at = excluded.seen_at`
	sayDemand = `insert into demands (replica, client, calls, at) select $1, client, calls, clock_timestamp()
from unnest($2::text[], $3::int[]) u(client, calls) on conflict (replica, client) do update set calls = excluded.calls, at = excluded.at`
	// A replica that has said nothing for five seconds has stopped; one that is alive tells about every second.
	countAlive = `select count(*) from replicas where seen_at > clock_timestamp() - interval '5 s'`
	sumDemand  = `select d.client, sum(d.calls)::int from demands d join replicas r on r.id = d.replica
where d.at > clock_timestamp() - interval '3 s' and r.seen_at > clock_timestamp() - interval '5 s' or d.replica = $1 and d.client = any($2)
group by d.client`
)

// Tell stores what this replica was asked for since the last round, and returns what all were.
func (s Limits) Tell(ctx context.Context, asked map[string]int) (Demand, error) {
	clients, calls := columns(asked)
	d := Demand{Calls: map[string]int{}}
	err := s.DB.Update(ctx, "", func(tx *database.Tx) error {
		tx.Queue(sayAlive, s.Replica)
		tx.Queue(sayDemand, s.Replica, clients, calls)
		tx.Queue(countAlive).QueryRow(func(r pgx.Row) error { return r.Scan(&d.Replicas) })
		return tx.Query(into(d.Calls), sumDemand, s.Replica, clients)
	})
	return d, err
}

// Leave tells the others that this replica stops.
func (s Limits) Leave(ctx context.Context) error {
	return s.DB.Update(ctx, "", func(tx *database.Tx) error {
		tx.Queue(`delete from demands where replica = $1`, s.Replica)
		tx.Queue(`delete from replicas where id = $1`, s.Replica)
		return nil
	})
}

const (
	addCalls = `insert into daily_calls as d (day, client, calls, changed_at) select $1, client, calls, clock_timestamp()
from unnest($2::text[], $3::bigint[]) u(client, calls) order by client
on conflict (day, client) do update set calls = d.calls + excluded.calls, changed_at = excluded.changed_at`
	readCalls = `select client, calls from daily_calls where day = $1 and ($2 or changed_at > clock_timestamp() - interval '20 s')`
)

// Count adds calls of clients with a daily quota and returns what all replicas have let through on that day: of all
// clients, or of those for whom something was added in the last seconds.
func (s Limits) Count(ctx context.Context, day time.Time, calls map[string]int, all bool) (map[string]int, error) {
	clients, counts := columns(calls)
	known := map[string]int{}
	err := s.DB.Update(ctx, "", func(tx *database.Tx) error {
		if len(clients) > 0 {
			tx.Queue(addCalls, day, clients, counts)
		}
		return tx.Query(into(known), readCalls, day, all)
	})
	return known, err
}

// Sweep forgets replicas that stopped long ago, and the days of the month before.
func (s Limits) Sweep(ctx context.Context, now time.Time) error {
	return s.DB.Update(ctx, "", func(tx *database.Tx) error {
		tx.Queue(`delete from demands where at < clock_timestamp() - interval '1 min'`)
		tx.Queue(`delete from replicas where seen_at < clock_timestamp() - interval '1 min'`)
		tx.Queue(`delete from daily_calls where day < $1`, now.AddDate(0, 0, -40))
		return nil
	})
}

func columns(counts map[string]int) (names []string, values []int) {
	names, values = make([]string, 0, len(counts)), make([]int, 0, len(counts))
	for name, n := range counts {
		names, values = append(names, name), append(values, n)
	}
	return names, values
}

func into(counts map[string]int) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		var client string
		var n int
		err := rows.Scan(&client, &n)
		counts[client] = n
		return err
	}
}
