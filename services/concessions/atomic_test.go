package concessions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// trap makes the n-th row that is written fail: the sequence starts at -n, and a sequence does not roll back. The
// last trap springs at the commit. The sealer of the audit chain works by itself and stays outside.
const trap = `
	create sequence failing minvalue -1000000;
	create table trap (code text not null);
	insert into trap values ('P0001');
	create function spring() returns trigger language plpgsql security definer set search_path = concessions, public as $$ begin
		if nextval('failing') = 0 then
			raise exception 'sprung' using errcode = (select code from trap);
		end if;
		return coalesce(new, old);
	end $$;
	do $$ declare name text; begin
		for name in select tablename from pg_tables where schemaname = 'concessions' and tablename !~ '^(goose_|trap|audit_chain)' loop
			execute format('create trigger spring before insert or update or delete on %I for each row execute function spring()', name);
		end loop;
	end $$;
	create constraint trigger at_the_end after insert on audit_records deferrable initially deferred for each row execute function spring();`

// stored is a fingerprint of all rows of the service.
const stored = `select md5(string_agg(name || rows, ',' order by name)) from (select tablename as name,
	query_to_xml(format('select md5(string_agg(t::text, '','' order by t::text)) from %I t', tablename), true, true, '')::text as rows
	from pg_tables where schemaname = 'concessions' and tablename !~ '^(goose_|trap|audit_chain)') all_tables`

// saboteur stands before the service. It sends each request again and again under one key, and lets it fail at the
// first row that it writes, at the second, and so on until it goes through.
type saboteur struct {
	h     *house
	owner *pgx.Conn
	code  string         // of the problem that tells a failure
	seen  map[string]int // how often each route failed
	wrong []string
}

// sabotaged is the house behind a saboteur.
func (h *house) sabotaged() (*house, *saboteur) {
	h.t.Helper()
	h.AsOwner(trap)
	conn, err := pgx.Connect(context.Background(), h.Admin)
	require.NoError(h.t, err)
	h.t.Cleanup(func() { _ = conn.Close(context.Background()) })
	s := &saboteur{h, conn, "internal", map[string]int{}, nil}
	require.NoError(h.t, s.ask("select set_config('search_path', 'concessions,public', false)", new(string)))
	front := httptest.NewServer(s)
	h.t.Cleanup(front.Close)
	return housed(h.t, h.At(front.URL)), s
}

func (s *saboteur) ask(query string, into any, args ...any) error {
	return s.owner.QueryRow(context.Background(), query, args...).Scan(into)
}

// inPath are the ids in a path, and the names that the contract has for them.
var inPath = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|\b\d+$|\bshare\.\w+$|\{\w+\}`)

// place is the path without its ids.
func place(path string) string { return inPath.ReplaceAllString(path, "#") }

// ServeHTTP implements http.Handler.
func (s *saboteur) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	for n := 1; err == nil; n++ {
		var before, after string
		if err = s.ask("select setval('failing', $1)::text", &after, -n); err != nil {
			break
		}
		if err = s.ask(stored, &before); err != nil {
			break
		}
		a, broken := s.forward(r, body)
		if err = broken; err != nil {
			break
		}
		if a.status < http.StatusInternalServerError && s.disarm() == nil {
			maps.Copy(w.Header(), a.header)
			w.WriteHeader(a.status)
			_, _ = w.Write(a.raw)
			return
		}
		err = s.ask(stored, &after)
		s.judge(r, n, a, before == after)
	}
	http.Error(w, err.Error(), http.StatusTeapot)
}

func (s *saboteur) disarm() error { return s.ask("select setval('failing', 1)::text", new(string)) }

// forward sends the request to the service.
func (s *saboteur) forward(r *http.Request, body []byte) (answer, error) {
	to, err := http.NewRequest(r.Method, s.h.URL+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	to.Header = r.Header
	res, err := http.DefaultClient.Do(to)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, raw}, err
}

// judge wants the failure told as one of ours, and nothing left of the write.
func (s *saboteur) judge(r *http.Request, n int, a answer, unchanged bool) {
	route := r.Method + " " + place(strings.TrimPrefix(r.URL.Path, base))
	s.seen[route]++
	var problem struct{ Code string }
	if err := json.Unmarshal(a.raw, &problem); err != nil || problem.Code != s.code {
		s.wrong = append(s.wrong, fmt.Sprintf("%s answered the failure of row %d with %d %s", route, n, a.status, a.raw))
	}
	if !unchanged {
		s.wrong = append(s.wrong, fmt.Sprintf("%s left something behind when row %d failed", route, n))
	}
}

// TestAtomic is row 33 of the catalogue: whichever row of a write fails, and even the commit, the answer is 500,
// nothing is stored, and the same key has its effect later. It covers every write of the contract.
func TestAtomic(t *testing.T) {
	t.Parallel()
	calm := open(t)
	h, s := calm.sabotaged()
	made := h.tour()
	c := h.as("03", "office")
	draft := "/applications/" + made["draft_id"]
	gone := c.send(http.MethodDelete, draft+"/workers/2", nil, "If-Match", c.version(draft))
	require.Less(t, gone.status, 300, string(gone.raw))
	c.post(draft+"/workers", object{"items": []object{worker(taxCode(2))}}, "If-Match", c.version(draft))
	c.put(draft, "application/json", data("DRAFT", nil), c.version(draft))
	require.Equal(t, http.StatusOK, c.send(http.MethodPost, "/employers/history-searches", object{"tax_code": "12345678903"}).status)
	require.Equal(t, http.StatusOK, c.send(http.MethodPost, "/workers/history-searches", object{"tax_code": "RSSMRA85T10A562S"}).status)
	c.post("/applications/"+made["application_id"]+"/closing", object{"effects_ended": true, "act": "DGR 5/2011"})
	discarded, decree := calm.discarded()
	c.post("/applications/"+discarded+"/rectification", object{"reason": "Codice errato", "rows": []object{{"row": 1, "given_name": "Yila"}}})
	c.post("/decrees/"+decree+"/revocations", object{"kind": "REVOCA", "act": "D10", "reason": "Cessazione"})
	require.Empty(t, s.wrong)
	for name, r := range reaches {
		method, path, _ := strings.Cut(name, " ")
		if method != http.MethodGet && r != national {
			require.Positive(t, s.seen[method+" "+place(path)], "%s was not tried: let this test make it", name)
		}
	}
}

// discarded is one more application that INPS does not take.
func (h *house) discarded() (id, decree string) {
	h.t.Helper()
	h.assign("03", 500000)
	id = h.granted("03", "A9", func(o object) { o["workers"] = []object{worker("RSSMRA80A01H501U")} })
	c := h.as("03", "office")
	decree = made(h.t, h.decree("D9", "2010-05-05", id))
	c.post("/decrees/"+decree+"/transmissions", nil)
	h.as("*", "inps").post("/inps/receipts", receipt(decree, id, "F9", "SCARTATO"))
	return id, decree
}

// TestRetry is row 39 of the catalogue at the edge: a serialization failure in the first row of each write is nothing
// that a client notices; where it comes again and again, the answer is 503 and nothing is stored.
func TestRetry(t *testing.T) {
	t.Parallel()
	calm := open(t)
	h, s := calm.sabotaged()
	h.AsOwner("update trap set code = '40001'")
	h.granted("03", "A1", nil)
	require.Empty(t, s.seen, "no write failed")
	var before, after string
	require.NoError(t, s.ask(stored, &before))
	h.AsOwner(`create or replace function spring() returns trigger language plpgsql security definer set search_path = concessions, public as $$ begin
		perform nextval('failing');
		raise exception 'storm' using errcode = '40001';
	end $$; select setval('failing', 1)`)
	a := calm.as("03", "office").send(http.MethodPost, "/applications", istanza("A2", nil))
	require.Equal(t, []any{http.StatusServiceUnavailable, "unavailable"}, []any{a.status, a.code(t)})
	require.NotEmpty(t, a.header.Get("Retry-After"))
	require.NoError(t, s.ask(stored, &after))
	require.Equal(t, before, after)
	require.NoError(t, s.ask("select (last_value - 1)::text from failing", &after))
	require.Equal(t, "5", after, "tries")
}
