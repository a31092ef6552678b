package gateway_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/testkit"
	"w2w/services/gateway"
)

// trap makes the n-th row that an act on the registry writes fail: the sequence starts at -n, and a sequence does not
// roll back. The last trap springs at the commit. Decisions and what replicas tell each other are written by
// themselves and stay outside.
const trap = `
	create sequence failing minvalue -1000;
	create function spring() returns trigger language plpgsql security definer set search_path = gateway, public as $$ begin
		if nextval('failing') = 0 then raise exception 'sprung'; end if;
		return coalesce(new, old);
	end $$;
	create trigger spring before insert or update or delete on clients for each row execute function spring();
	create trigger spring before insert or update or delete on client_changes for each row execute function spring();
	create trigger spring before insert on idempotency_keys for each row execute function spring();
	create trigger spring before insert on audit_records for each row when (new.action like 'client.%') execute function spring();
	create constraint trigger at_the_end after insert on audit_records deferrable initially deferred
		for each row when (new.action like 'client.%') execute function spring();`

// stored is a fingerprint of the registry, its keys of writes and its audit records.
const stored = `select md5(concat((select string_agg(t::text, ',' order by t::text) from clients t), (select string_agg(t::text, ',' order by t::text) from client_changes t),
	(select string_agg(t::text, ',' order by t::text) from idempotency_keys t),
	(select string_agg(t::text, ',' order by t::text) from audit_records t where action like 'client.%')))`

// TestAtomic is row 33 of the catalogue for the registry: whichever row of an act fails, and even the commit, the
// answer is 500, nothing is stored, and the same key has its effect later.
func TestAtomic(t *testing.T) {
	t.Parallel()
	admin, service := testkit.URLs(t, gateway.Schema, gateway.Migrations()...)
	db, err := database.Open(t.Context(), database.Options{URL: service, Schema: gateway.Schema, MaxConns: 10})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	h := newHouseOn(t, db, nil)
	owner, err := pgx.Connect(t.Context(), admin)
	require.NoError(t, err)
	defer owner.Close(t.Context())
	_, err = owner.Exec(t.Context(), "set search_path to gateway, public;"+trap)
	require.NoError(t, err)
	ask := func(query string, args ...any) (text string) {
		require.NoError(t, owner.QueryRow(t.Context(), query, args...).Scan(&text))
		return text
	}
	write := func(by, path string, body any) reply {
		key := uuid.NewString()
		for n := 1; ; n++ {
			ask("select setval('failing', $1)::text", -n)
			before := ask(stored)
			r := h.postOnce(by, path, key, body)
			if r.status < 500 {
				require.Greater(t, n, 4, "change, key, record and commit failed before")
				require.Less(t, r.status, 300, string(r.raw))
				return r
			}
			requireProblem(t, r, 500, "internal")
			require.Equal(t, before, ask(stored), "%s left something behind when row %d failed", path, n)
		}
	}
	first := write("registrar-a", changesAt, put("portal-03", 0, h.data("portal-03", "PORTAL", "03", "applications:read")))
	write("registrar-b", first.header.Get("Location")+"/approval", nil)
	second := write("registrar-a", changesAt, act("portal-03", "SUSPEND", 1))
	write("registrar-b", second.header.Get("Location")+"/rejection", members{"reason": "no"})
}
