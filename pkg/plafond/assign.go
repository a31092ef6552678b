package plafond

import (
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/period"
)

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
	if a.Cents <= 0 {
		return uuid.Nil, notPositive()
	}
	fresh, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, err
	}
	var id uuid.UUID
	err = tx.QueryRow(assign, []any{fresh, a.Administration, a.Year, a.fund(), a.Family, a.Cents, a.Act, a.EffectiveOn}, &id)
	return id, err
}

const withdraw = `with account as (
	update plafond_accounts set assigned_cents = assigned_cents - $5, available_cents = available_cents - $5
	where administration = $1 and year = $2 and fund = $3 and family = $4 and available_cents >= $5
	returning id)
insert into plafond_movements (account_id, administration, kind, debit, credit, cents, reference, act, effective_on)
select id, $1, 'WITHDRAW', 'AVAILABLE', 'ASSIGNED', $5, $6, $6, $7 from account returning account_id`

// Withdraw takes back an assignment that is still available, as an act that reduces the plafond does, and
// returns the account's id. An account that was never opened has nothing to take.
func Withdraw(tx *database.Tx, a Assignment) (id uuid.UUID, err error) {
	if a.Cents <= 0 {
		return id, notPositive()
	}
	err = takeOrRefuse(tx, a.Key, a.Cents, func() (bool, error) {
		err := tx.QueryRow(withdraw, []any{a.Administration, a.Year, a.fund(), a.Family, a.Cents, a.Act, a.EffectiveOn}, &id)
		return taken(err)
	})
	if err != nil {
		return id, err
	}
	return id, inOrder(tx, id, a.EffectiveOn)
}

const latestAct = `select max(effective_on) from plafond_movements where account_id = $1 and kind in ('ASSIGN', 'WITHDRAW')`

// inOrder refuses a withdrawal that takes effect before another act on the account: the books of the days in
// between could hold less than nothing.
func inOrder(tx *database.Tx, account uuid.UUID, on period.Date) error {
	var latest period.Date
	if err := tx.QueryRow(latestAct, []any{account}, &latest); err != nil || latest <= on {
		return err
	}
	return fault.New(fault.RuleViolated, fmt.Sprintf("Un atto precedente ha effetto dal %s.", latest), fmt.Sprintf("An earlier act takes effect on %s.", latest)).
		With("not_before", latest)
}

// taken tells a conditional statement that took nothing from one that failed.
func taken(err error) (bool, error) {
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// takeOrRefuse runs a conditional taking. When it takes nothing the account is locked and looked at: funds
// that came back in between are taken now, so that a refusal always names a figure that is really missing.
func takeOrRefuse(tx *database.Tx, k Key, cents int64, take func() (bool, error)) error {
	if done, err := take(); done || err != nil {
		return err
	}
	Lock(tx, k)
	available, err := Available(tx, k)
	if err != nil {
		return err
	}
	if available < cents {
		return noFunds(cents, available)
	}
	if done, err := take(); done || err != nil {
		return err
	}
	return fault.New(fault.Unavailable, "Il plafond è cambiato, riprovare.", "The plafond has changed, try again.")
}
