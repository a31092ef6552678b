package apitest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/fault"
)

// trap makes the n-th row that is written fail: the sequence starts at -n, and a sequence does not roll back. The
// last trap springs at the commit. The sealer of the audit chain works by itself and stays outside.
const trap = `
	create sequence failing minvalue -1000000;
	create table trap (code text not null);
	insert into trap values ('P0001');
	create function spring() returns trigger language plpgsql security definer set search_path = {schema}, public as $$ begin
		if nextval('failing') = 0 then
			raise exception 'sprung' using errcode = (select code from trap);
		end if;
		return coalesce(new, old);
	end $$;
	do $$ declare name text; begin
		for name in select tablename from pg_tables where schemaname = current_schema() and tablename !~ '^(goose_|trap|audit_chain)' loop
			execute format('create trigger spring before insert or update or delete on %I for each row execute function spring()', name);
		end loop;
	end $$;
	create constraint trigger at_the_end after insert on audit_records deferrable initially deferred for each row execute function spring();`

// Stored is a fingerprint of all rows of the service.
const Stored = `select md5(string_agg(name || rows, ',' order by name)) from (select tablename as name,
	query_to_xml(format('select md5(string_agg(t::text, '','' order by t::text)) from %I t', tablename), true, true, '')::text as rows
	from pg_tables where schemaname = current_schema() and tablename !~ '^(goose_|trap|audit_chain)') all_tables`

// Saboteur stands before the service. It sends each request again and again under one key, and lets it fail at the
// first row that it writes, at the second, and so on until it goes through.
type Saboteur struct {
	Seen  map[string]int // how often each route failed, by method and path
	Wrong []string

	house *House
	owner *pgx.Conn
}

// Sabotaged is the house behind a saboteur.
func (h *House) Sabotaged() (*House, *Saboteur) {
	h.T.Helper()
	h.AsOwner(strings.ReplaceAll(trap, "{schema}", h.service.Name))
	conn, err := pgx.Connect(context.Background(), h.Admin)
	require.NoError(h.T, err)
	h.T.Cleanup(func() { _ = conn.Close(context.Background()) })
	s := &Saboteur{Seen: map[string]int{}, house: h, owner: conn}
	require.NoError(h.T, s.Ask("select set_config('search_path', $1, false)", new(string), h.service.Name+",public"))
	front := httptest.NewServer(s)
	h.T.Cleanup(front.Close)
	return h.At(front.URL), s
}

// Ask asks the database as the owner of its tables.
func (s *Saboteur) Ask(query string, into any, args ...any) error {
	return s.owner.QueryRow(context.Background(), query, args...).Scan(into)
}

// ServeHTTP implements http.Handler.
func (s *Saboteur) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	for n := 1; err == nil; n++ {
		var before, after string
		if err = s.Ask("select setval('failing', $1)::text", &after, -n); err != nil {
			break
		}
		if err = s.Ask(Stored, &before); err != nil {
			break
		}
		a, broken := s.house.forward(r, body)
		if err = broken; err != nil {
			break
		}
		if a.Status < http.StatusInternalServerError && s.disarm() == nil {
			maps.Copy(w.Header(), a.Header)
			w.WriteHeader(a.Status)
			_, _ = w.Write(a.Raw)
			return
		}
		err = s.Ask(Stored, &after)
		s.judge(r, n, a, before == after)
	}
	http.Error(w, err.Error(), http.StatusTeapot)
}

func (s *Saboteur) disarm() error { return s.Ask("select setval('failing', 1)::text", new(string)) }

// judge wants the failure told as one of ours, and nothing left of the write.
func (s *Saboteur) judge(r *http.Request, n int, a Answer, unchanged bool) {
	route := s.house.Contract.Route(r)
	s.Seen[route]++
	var problem struct{ Code string }
	if err := json.Unmarshal(a.Raw, &problem); err != nil || problem.Code != string(fault.Internal) {
		s.Wrong = append(s.Wrong, fmt.Sprintf("%s answered the failure of row %d with %d %s", route, n, a.Status, a.Raw))
	}
	if !unchanged {
		s.Wrong = append(s.Wrong, fmt.Sprintf("%s left something behind when row %d failed", route, n))
	}
}
