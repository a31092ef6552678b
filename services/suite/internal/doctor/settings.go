package doctor

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/services/suite/internal/house"
)

// connections is what one replica of each service may open.
const connections = 50

// rule judges one setting of PostgreSQL.
type rule struct {
	name  string
	level Level
	wrong func(value string) bool
	mend  string
}

func is(bad string) func(string) bool { return func(value string) bool { return value == bad } }

func isNot(good string) func(string) bool { return func(value string) bool { return value != good } }

func below(least int) func(string) bool {
	return func(value string) bool {
		n, err := strconv.Atoi(value)
		return err != nil || n < least
	}
}

var rules = []rule{
	{"fsync", Fail, is("off"), "set fsync = on: a commit may be lost; the services refuse to start"},
	{"synchronous_commit", Fail, is("off"), "set synchronous_commit = on: a commit may be lost; the services refuse to start"},
	{"full_page_writes", Fail, is("off"), "set full_page_writes = on: a page may be torn; the services refuse to start"},
	{"server_encoding", Fail, isNot("UTF8"), "make the database anew with encoding UTF8"},
	{"server_version_num", Fail, below(150000), "bring PostgreSQL 15 or newer"},
	{"autovacuum", Fail, is("off"), "set autovacuum = on: tables and indexes grow without end"},
	{"max_connections", Fail, below(connections), fmt.Sprintf("set max_connections to %d for each replica of the services and some more, or put a pooler before it", connections)},
	{"wal_level", Warn, is("minimal"), "set wal_level = replica: without it there is no base backup"},
	{"data_checksums", Warn, is("off"), "pg_checksums --enable, with the server stopped: a damaged page would be believed"},
	{"zero_damaged_pages", Fail, is("on"), "set zero_damaged_pages = off: it throws records away"},
	{"transaction_read_only", Fail, is("on"), "name the primary in --database-url, not a replica"},
}

// TimeZone is told only: each connection sets UTC for itself.
func (f *Findings) settings(ctx context.Context, db *database.DB) error {
	have := map[string]string{}
	rows, err := db.Pool().Query(ctx, "select name, setting from pg_settings")
	if err != nil {
		return err
	}
	var name, value string
	if _, err := pgx.ForEachRow(rows, []any{&name, &value}, func() error { have[name] = value; return nil }); err != nil {
		return err
	}
	for _, r := range rules {
		f.judge(r.wrong(have[r.name]), r.level, "setting "+r.name, have[r.name], r.mend)
	}
	var zone string
	if err := db.Pool().QueryRow(ctx, "select reset_val from pg_settings where name = 'TimeZone'").Scan(&zone); err != nil {
		return err
	}
	f.add(OK, "setting TimeZone", zone, "")
	return f.connections(ctx, db, have["max_connections"])
}

// full is from how many hundredths on there is little room for another replica.
const full = 80

// connections counts those of the whole server, where others may be too.
func (f *Findings) connections(ctx context.Context, db *database.DB, allowed string) error {
	most, err := strconv.Atoi(allowed)
	if err != nil {
		return err
	}
	var open int
	if err := db.Pool().QueryRow(ctx, "select count(*) from pg_stat_activity where backend_type = 'client backend'").Scan(&open); err != nil {
		return err
	}
	f.judge(open*100 > most*full, Warn, "connections", fmt.Sprintf("%d open of %d", open, most),
		"raise max_connections, lower W2W_DATABASE_CONNECTIONS of the services, or put a pooler before it")
	return nil
}

const (
	skewed  = 2 * time.Second // tokens live a minute and more
	astray  = 20 * time.Second
	mendsIt = "let NTP set the clock of both machines"
)

func (f *Findings) clock(thing string, there, here time.Time, grain time.Duration) {
	skew := there.Sub(here).Abs()
	level := Warn
	if skew > astray {
		level = Fail
	}
	f.judge(skew > skewed+grain, level, thing, fmt.Sprintf("%s off this machine's", skew.Round(time.Millisecond)), mendsIt)
}

func (f *Findings) databaseClock(ctx context.Context, db *database.DB) error {
	began := time.Now()
	var there time.Time
	if err := db.Pool().QueryRow(ctx, "select clock_timestamp()").Scan(&there); err != nil {
		return err
	}
	took := time.Since(began)
	f.clock("clock of the database", there, began.Add(took/2), took)
	return nil
}

const roleFacts = `select rolsuper or rolbypassrls, rolcreaterole or rolcreatedb or rolreplication,
	(select count(*) from pg_class where relowner = r.oid and relkind not in ('i', 'I', 't')) + (select count(*) from pg_namespace where nspowner = r.oid)
	from pg_roles r where rolname = $1`

// role wants that of a service to own nothing and to be bound by row security.
func (f *Findings) role(ctx context.Context, db *database.DB, s house.Schema) error {
	var mighty, makes bool
	var owns int
	thing := "role " + s.Role()
	rows, err := db.Pool().Query(ctx, roleFacts, s.Role())
	if err != nil {
		return err
	}
	found := 0
	if _, err := pgx.ForEachRow(rows, []any{&mighty, &makes, &owns}, func() error { found++; return nil }); err != nil {
		return err
	}
	switch {
	case found == 0:
		f.add(Fail, thing, "does not exist", "run w2w migrate")
	case mighty:
		f.add(Fail, thing, "is superuser or above row security", "alter role "+s.Role()+" nosuperuser nobypassrls")
	case owns > 0:
		f.add(Fail, thing, fmt.Sprintf("owns %d tables or schemas", owns), "reassign owned by "+s.Role()+" to the owner of the database")
	default:
		f.judge(makes, Warn, thing, "owns nothing, bound by row security", "alter role "+s.Role()+" nocreaterole nocreatedb noreplication")
	}
	return nil
}
