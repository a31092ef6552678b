// Package plafondtest checks the books of a ledger after a test.
package plafondtest

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
)

// invariants are queries that find a row where the books do not balance.
var invariants = map[string]string{
	"the entries of a transaction add up to zero":     `select txid::text, sum(cents)::text from plafond_entries group by account_id, txid having sum(cents) <> 0`,
	"assigned = available + committed + spent":        `select id::text, '' from plafond_accounts where assigned_cents <> available_cents + committed_cents + spent_cents`,
	"no bucket is below zero":                         `select id::text, '' from plafond_accounts where least(available_cents, committed_cents, spent_cents) < 0`,
	"spent and released stay within their commitment": `select reference, '' from plafond_commitments where spent_cents + released_cents > committed_cents`,
	"balances are the fold of the entries": `select a.id::text, b.bucket from plafond_accounts a
		cross join lateral (values ('ASSIGNED', -assigned_cents), ('AVAILABLE', available_cents), ('COMMITTED', committed_cents), ('SPENT', spent_cents)) b (bucket, cents)
		where b.cents <> (select coalesce(sum(e.cents), 0) from plafond_entries e where e.account_id = a.id and e.bucket = b.bucket)`,
	"accounts are the sum of their commitments": `select a.id::text, '' from plafond_accounts a
		left join (select account_id, sum(committed_cents - spent_cents - released_cents) as open, sum(spent_cents) as spent
			from plafond_commitments group by account_id) c on c.account_id = a.id
		where a.committed_cents <> coalesce(c.open, 0) or a.spent_cents <> coalesce(c.spent, 0)`,
	"commitments are the fold of their movements": `select c.reference, '' from plafond_commitments c
		where (c.committed_cents, c.spent_cents, c.released_cents, c.state_cents) <>
			(select coalesce(sum(cents) filter (where kind = 'COMMIT'), 0),
				coalesce(sum(cents) filter (where kind = 'SPEND'), 0) - coalesce(sum(cents) filter (where kind = 'REFUND'), 0),
				coalesce(sum(cents) filter (where kind = 'RELEASE'), 0), coalesce(sum(state_cents) filter (where kind = 'COMMIT'), 0)
			from plafond_movements m where m.reference = c.reference and m.account_id = c.account_id)`,
	"a finished commitment has used up exactly its State part": `select c.reference, '' from plafond_commitments c
		where spent_cents + released_cents = committed_cents and state_cents <>
			(select sum(case kind when 'SPEND' then state_cents when 'RELEASE' then state_cents when 'REFUND' then -state_cents else 0 end)
			from plafond_movements m where m.reference = c.reference and m.account_id = c.account_id)`,
	"rows belong to the administration of their account": `select m.id::text, m.administration from plafond_movements m
		join plafond_accounts a on a.id = m.account_id where a.administration <> m.administration`,
}

// CheckInvariants fails the test when the books of the whole ledger do not balance.
func CheckInvariants(t require.TestingT, db *database.DB) {
	for name, query := range invariants {
		var broken []string // judged after the read: a test that ends inside it would keep the connection
		err := db.Read(context.Background(), "*", func(b *pgx.Batch) {
			b.Queue(query).Query(func(rows pgx.Rows) error {
				var what, more string
				_, err := pgx.ForEachRow(rows, []any{&what, &more}, func() error { broken = append(broken, what+" "+more); return nil })
				return err
			})
		})
		require.NoError(t, err, name)
		require.Empty(t, broken, name)
	}
}
