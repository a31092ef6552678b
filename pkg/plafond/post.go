package plafond

import (
	"errors"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/period"
)

// Posting moves money of an existing commitment by an act.
type Posting struct {
	Reference   string
	Cents       int64
	Act         string
	EffectiveOn period.Date
}

// lockOf takes the account before the commitment; the posting behind it then sees the newest commitment.
const lockOf = `select 1 from plafond_accounts a
where a.id = (select account_id from plafond_commitments where reference = $1) for update`

// post counts the State part of what is spent from the first cent of the commitment and of what is released
// from its last, so that the parts always add up to the commitment's own, whatever the roundings. Nothing is
// moved on a day before the commitment: the books of that day would hold less than nothing.
const post = `with c as (
	update plafond_commitments set spent_cents = spent_cents + $2, released_cents = released_cents + $3
	where reference = $1 and effective_on <= $8 and spent_cents + $2 >= 0 and spent_cents + $2 + released_cents + $3 <= committed_cents
	returning account_id, administration, committed_cents, state_cents, spent_cents, committed_cents - released_cents as kept_cents),
account as (
	update plafond_accounts a set committed_cents = a.committed_cents - $2 - $3, spent_cents = a.spent_cents + $2,
		available_cents = a.available_cents + $3 from c where a.id = c.account_id)
insert into plafond_movements (account_id, administration, kind, debit, credit, cents, state_cents, reference, act, effective_on)
select account_id, administration, $4, $5, $6, abs($2) + $3,
	abs(plafond_state_part(spent_cents, committed_cents, state_cents) - plafond_state_part(spent_cents - $2, committed_cents, state_cents))
	+ plafond_state_part(kept_cents + $3, committed_cents, state_cents) - plafond_state_part(kept_cents, committed_cents, state_cents),
	$1, $7, $8 from c`

// Spend books a payment: committed money becomes spent.
func Spend(tx *database.Tx, p Posting) error {
	return p.move(tx, move{spent: p.Cents, kind: "SPEND", debit: "COMMITTED", credit: "SPENT"})
}

// Refund takes back a payment that was recovered or booked in error: spent money is committed again.
func Refund(tx *database.Tx, p Posting) error {
	return p.move(tx, move{spent: -p.Cents, kind: "REFUND", debit: "SPENT", credit: "COMMITTED"})
}

// Release gives committed money back to the account.
func Release(tx *database.Tx, p Posting) error {
	return p.move(tx, move{released: p.Cents, kind: "RELEASE", debit: "COMMITTED", credit: "AVAILABLE"})
}

type move struct {
	spent, released     int64
	kind, debit, credit string
}

// move posts in one round trip. An amount of zero moves nothing; one beyond what the commitment has left is
// refused, and the transaction can go on.
func (p Posting) move(tx *database.Tx, m move) error {
	if p.Cents < 0 {
		return notPositive()
	}
	if p.Cents == 0 {
		return nil
	}
	tx.Queue(lockOf, p.Reference)
	n, err := tx.Exec(post, p.Reference, m.spent, m.released, m.kind, m.debit, m.credit, p.Act, p.EffectiveOn)
	if err != nil || n == 1 {
		return err
	}
	s, err := stateOf(tx, p.Reference)
	if err != nil {
		return err
	}
	if p.EffectiveOn < s.on {
		return fault.New(fault.RuleViolated, "L'atto precede l'impegno.", "The act is earlier than the commitment.").With("committed_on", s.on)
	}
	return fault.New(fault.RuleViolated, "L'importo supera quanto resta dell'impegno.", "The amount exceeds what is left of the commitment.").
		With("residual_cents", s.residual()).With("spent_cents", s.spent)
}

// Reversal ends a commitment: a revocation keeps what was paid, an annulment with Recovered takes it back too.
type Reversal struct {
	Reference   string
	Recovered   bool // the payments came back, or were never due and are booked as recovered
	Act         string
	EffectiveOn period.Date
}

// Reverse releases all that the commitment has left and returns how much the account got back.
func Reverse(tx *database.Tx, r Reversal) (int64, error) {
	tx.Queue(lockOf, r.Reference)
	s, err := stateOf(tx, r.Reference)
	if err != nil {
		return 0, err
	}
	p, back := Posting{Reference: r.Reference, Act: r.Act, EffectiveOn: r.EffectiveOn}, s.residual()
	if r.Recovered {
		p.Cents = s.spent
		if err := Refund(tx, p); err != nil {
			return 0, err
		}
		back += s.spent
	}
	p.Cents = back
	return back, Release(tx, p)
}

// Residual returns what of a commitment is neither spent nor released.
func Residual(tx *database.Tx, reference string) (int64, error) {
	s, err := stateOf(tx, reference)
	return s.residual(), err
}

type state struct {
	committed, spent, released int64
	on                         period.Date
}

func (s state) residual() int64 { return s.committed - s.spent - s.released }

func stateOf(tx *database.Tx, reference string) (s state, err error) {
	err = tx.QueryRow(`select committed_cents, spent_cents, released_cents, effective_on from plafond_commitments where reference = $1`,
		[]any{reference}, &s.committed, &s.spent, &s.released, &s.on)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fault.New(fault.NotFound, "Impegno non trovato.", "There is no such commitment.")
	}
	return s, err
}
