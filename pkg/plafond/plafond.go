// Package plafond is the ledger of public money: for each administration, year, fund and instrument
// family it moves cents between ASSIGNED, AVAILABLE, COMMITTED and SPENT, by append-only double entry.
// Every function works inside the caller's transaction; the account row is locked before the commitment.
package plafond

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/money"
	"w2w/pkg/period"
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

// Assignment gives money to an account by an act, such as an interministerial decree.
type Assignment struct {
	Key
	Cents       int64
	Act         string
	EffectiveOn period.Date
}

const assign = `with account as (
	insert into plafond_accounts (id, administration, year, fund, family, assigned_cents, available_cents)
	values ($1, $2, $3, $4, $5, $6, $6)
	on conflict (administration, year, fund, family) do update set
		assigned_cents = plafond_accounts.assigned_cents + excluded.assigned_cents,
		available_cents = plafond_accounts.available_cents + excluded.available_cents
	returning id)
insert into plafond_movements (account_id, administration, kind, debit, credit, cents, reference, act, effective_on)
select id, $2, 'ASSIGN', 'ASSIGNED', 'AVAILABLE', $6, $7, $7, $8 from account returning account_id`

// Assign adds to the account, which is opened by its first assignment, and returns the account's id.
func Assign(tx *database.Tx, a Assignment) (uuid.UUID, error) {
	fresh, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, err
	}
	var id uuid.UUID
	err = tx.QueryRow(assign, []any{fresh, a.Administration, a.Year, a.fund(), a.Family, a.Cents, a.Act, a.EffectiveOn}, &id)
	return id, err
}

// Reservation asks to commit cents of an account for one reference, of which the State bears a percentage.
type Reservation struct {
	Key
	Reference    string
	Cents        int64
	StatePercent int64
	Act          string
	EffectiveOn  period.Date
}

// Commitment is money that was set aside, and what the account had left at that moment.
type Commitment struct {
	Reference          string
	CommittedCents     int64
	StateCents         int64
	RegionalCents      int64
	ResidualAfterCents int64
}

// reserve is one statement, so that the lock on a hot account lasts for one round trip: a conditional
// update takes the money or nothing.
const reserve = `with taken as (
	update plafond_accounts set available_cents = available_cents - $5, committed_cents = committed_cents + $5
	where administration = $1 and year = $2 and fund = $3 and family = $4 and available_cents >= $5
	returning id, available_cents),
moved as (
	insert into plafond_movements (account_id, administration, kind, debit, credit, cents, reference, act, effective_on)
	select id, $1, 'COMMIT', 'AVAILABLE', 'COMMITTED', $5, $6, $9, $10 from taken),
kept as (
	insert into plafond_commitments (reference, account_id, administration, committed_cents, state_cents, regional_cents, residual_after_cents, effective_on)
	select $6, id, $1, $5, $7, $8, available_cents, $10 from taken)
select available_cents from taken`

// Reserve commits the money or refuses with no-funds, which says how much is available and missing. An
// account that was never opened has a plafond of 0.
func Reserve(tx *database.Tx, r Reservation) (Commitment, error) {
	c := Commitment{Reference: r.Reference, CommittedCents: r.Cents}
	c.StateCents = money.Share(r.Cents, r.StatePercent, 100)
	c.RegionalCents = r.Cents - c.StateCents
	err := tx.QueryRow(reserve, []any{r.Administration, r.Year, r.fund(), r.Family, r.Cents, r.Reference,
		c.StateCents, c.RegionalCents, r.Act, r.EffectiveOn}, &c.ResidualAfterCents)
	if errors.Is(err, pgx.ErrNoRows) {
		return Commitment{}, refuse(tx, r)
	}
	return c, err
}

func refuse(tx *database.Tx, r Reservation) error {
	available, err := Available(tx, r.Key)
	if err != nil {
		return err
	}
	return fault.New(fault.NoFunds,
		fmt.Sprintf("Nel plafond mancano %d centesimi.", r.Cents-available), fmt.Sprintf("The plafond lacks %d cents.", r.Cents-available)).
		With("available_cents", available).With("missing_cents", r.Cents-available)
}

// Available returns what an account has left; 0 when it was never opened.
func Available(tx *database.Tx, k Key) (cents int64, err error) {
	err = tx.QueryRow(`select coalesce(sum(available_cents), 0) from plafond_accounts
		where administration = $1 and year = $2 and fund = $3 and family = $4`, []any{k.Administration, k.Year, k.fund(), k.Family}, &cents)
	return cents, err
}

// Posting moves money of an existing commitment by an act.
type Posting struct {
	Reference   string
	Cents       int64
	Act         string
	EffectiveOn period.Date
}

const post = `with commitment as (
	update plafond_commitments set spent_cents = spent_cents + $2, released_cents = released_cents + $3
	where reference = $1 returning account_id, administration),
account as (
	update plafond_accounts a set committed_cents = committed_cents - $2 - $3, spent_cents = a.spent_cents + $2,
		available_cents = available_cents + $3 from commitment c where a.id = c.account_id)
insert into plafond_movements (account_id, administration, kind, debit, credit, cents, reference, act, effective_on)
select account_id, administration, $4, 'COMMITTED', $5, $2 + $3, $1, $6, $7 from commitment`

// Spend books a payment: committed money becomes spent.
func Spend(tx *database.Tx, p Posting) error { return move(tx, p, p.Cents, 0, "SPEND", "SPENT") }

// Release gives committed money back to the account.
func Release(tx *database.Tx, p Posting) error {
	return move(tx, p, 0, p.Cents, "RELEASE", "AVAILABLE")
}

func move(tx *database.Tx, p Posting, spent, released int64, kind, credit string) error {
	if p.Cents == 0 {
		return nil
	}
	n, err := tx.Exec(post, p.Reference, spent, released, kind, credit, p.Act, p.EffectiveOn)
	if database.Constraint(err) == "commitment_not_exceeded" {
		return fault.New(fault.RuleViolated, "L'importo supera il residuo dell'impegno.", "The amount exceeds what is left of the commitment.")
	}
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "Impegno non trovato.", "There is no such commitment.")
	}
	return err
}

// Residual returns what of a commitment is neither spent nor released.
func Residual(tx *database.Tx, reference string) (cents int64, err error) {
	err = tx.QueryRow(`select committed_cents - spent_cents - released_cents from plafond_commitments where reference = $1`, []any{reference}, &cents)
	return cents, err
}
