// Package plafond is the ledger of public money: for each administration, year, fund and instrument
// family it moves cents between ASSIGNED, AVAILABLE, COMMITTED and SPENT, by append-only double entry.
// Every change works inside the caller's transaction.
//
// Order of locks: an account before its commitments, and several accounts by Lock, which takes them in
// the order of their keys. Whoever keeps to it can't run into a deadlock with another user of the ledger.
package plafond

import (
	"cmp"
	"embed"
	"io/fs"
	"slices"

	"w2w/pkg/database"
	"w2w/pkg/fault"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations are the tables of the ledger; movements can only be added.
func Migrations() database.Set {
	dir, _ := fs.Sub(files, "migrations") // the folder is embedded, it can't be missing
	return database.Set{Name: "plafond", Files: dir, AppendOnly: []string{"plafond_movements"}}
}

// DefaultFund is the fund of administrations that keep only one.
const DefaultFund = "DEFAULT"

// Key names an account.
type Key struct {
	Administration string
	Year           int
	Fund           string // DefaultFund when empty
	Family         string
}

func (k Key) fund() string {
	if k.Fund == "" {
		return DefaultFund
	}
	return k.Fund
}

func (k Key) compare(other Key) int {
	return cmp.Or(cmp.Compare(k.Administration, other.Administration), cmp.Compare(k.Year, other.Year),
		cmp.Compare(k.fund(), other.fund()), cmp.Compare(k.Family, other.Family))
}

const lockAccount = `select 1 from plafond_accounts where administration = $1 and year = $2 and fund = $3 and family = $4 for update`

// Lock queues the locks of all the accounts that a transaction is going to touch, in the order of their keys.
func Lock(tx *database.Tx, keys ...Key) {
	for _, k := range slices.SortedFunc(slices.Values(keys), Key.compare) {
		tx.Queue(lockAccount, k.Administration, k.Year, k.fund(), k.Family)
	}
}

// Available returns what an account has left; 0 when it was never opened.
func Available(tx *database.Tx, k Key) (cents int64, err error) {
	err = tx.QueryRow(`select coalesce(sum(available_cents), 0)::bigint from plafond_accounts
		where administration = $1 and year = $2 and fund = $3 and family = $4`, []any{k.Administration, k.Year, k.fund(), k.Family}, &cents)
	return cents, err
}

func notPositive() error {
	return fault.New(fault.RuleViolated, "L'importo deve essere maggiore di zero.", "The amount must be more than zero.")
}
