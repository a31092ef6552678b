package plafond

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/feed"
	"w2w/pkg/money"
	"w2w/pkg/period"
)

// Reservation asks to commit cents of an account for one reference, of which the State bears a percentage.
type Reservation struct {
	Key
	Reference    string
	Cents        int64
	StatePercent int64
	Act          string
	EffectiveOn  period.Date
	Warning      *Warning
}

// Warning asks for an event of a type when a reservation takes the use of its account to a percentage or beyond.
type Warning struct {
	Percent int64
	Event   string
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
	returning id, available_cents, assigned_cents),
moved as (
	insert into plafond_movements (account_id, administration, kind, debit, credit, cents, state_cents, reference, act, effective_on)
	select id, $1, 'COMMIT', 'AVAILABLE', 'COMMITTED', $5, $7, $6, $9, $10 from taken where $5 > 0),
kept as (
	insert into plafond_commitments (reference, account_id, administration, committed_cents, state_cents, regional_cents, residual_after_cents, effective_on)
	select $6, id, $1, $5, $7, $8, available_cents, $10 from taken)
`

// warned puts an event into the outbox when the use of the account comes to the warning's percentage: in the same
// statement, because a further one would hold the lock of a hot account for longer.
const warned = `, warned as (` + feed.Insert + `select $11::uuid, $12, $1, 'plafond/' || id, jsonb_build_object('year', $2::int, 'fund', $3::text,
	'family', $4::text, 'threshold_percent', $13::bigint, 'reference', $6::text, 'assigned_cents', assigned_cents, 'available_cents', available_cents)
	from taken where (assigned_cents - available_cents) * 100 >= assigned_cents * $13::bigint
		and (assigned_cents - available_cents - $5) * 100 < assigned_cents * $13::bigint)
`

const (
	orNothing = `select available_cents from taken`
	orFail    = `select coalesce((select available_cents from taken), plafond_refuse($1, $2, $3, $4, $5))`
)

// statement is the reservation with what it answers.
func (r Reservation) statement(answer string) string {
	if r.Warning == nil {
		return reserve + answer
	}
	return reserve + warned + answer
}

// open makes the account that a commitment of nothing hangs on, where no money was ever assigned.
const open = `insert into plafond_accounts (id, administration, year, fund, family) values ($1, $2, $3, $4, $5) on conflict do nothing`

// Reserve commits the money or refuses with no-funds, which says how much is available and missing; the
// transaction can go on after a refusal. An account that was never opened has a plafond of 0, which suffices
// for a commitment of nothing.
func Reserve(tx *database.Tx, r Reservation) (Commitment, error) {
	c, args, err := prepare(tx, r)
	if err != nil {
		return c, err
	}
	err = takeOrRefuse(tx, r.Key, r.Cents, func() (bool, error) {
		return taken(tx.QueryRow(r.statement(orNothing), args, &c.ResidualAfterCents))
	})
	if err != nil {
		return Commitment{}, err
	}
	return c, nil
}

// QueueReserve is Reserve without a round trip: the statement travels with the commit, so that a hot account
// is locked for no longer than the server needs. c is filled when the transaction succeeds; without funds
// the whole transaction fails with no-funds.
func QueueReserve(tx *database.Tx, r Reservation, c *Commitment) error {
	wanted, args, err := prepare(tx, r)
	if err != nil {
		return err
	}
	tx.Queue(r.statement(orFail), args...).QueryRow(func(row pgx.Row) error {
		*c = wanted
		return refused(row.Scan(&c.ResidualAfterCents), r.Cents)
	})
	return nil
}

// Committed returns a commitment as it was made.
func Committed(ctx context.Context, db *database.DB, administration, reference string) (Commitment, error) {
	c := Commitment{Reference: reference}
	err := db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue("select committed_cents, state_cents, regional_cents, residual_after_cents from plafond_commitments where reference = $1", reference).
			QueryRow(func(row pgx.Row) error {
				return row.Scan(&c.CommittedCents, &c.StateCents, &c.RegionalCents, &c.ResidualAfterCents)
			})
	})
	return c, err
}

func prepare(tx *database.Tx, r Reservation) (Commitment, []any, error) {
	if r.Cents < 0 {
		return Commitment{}, nil, notPositive()
	}
	if r.Cents == 0 {
		id, err := uuid.NewV7()
		if err != nil {
			return Commitment{}, nil, err
		}
		tx.Queue(open, id, r.Administration, r.Year, r.fund(), r.Family)
	}
	c := Commitment{Reference: r.Reference, CommittedCents: r.Cents, StateCents: money.Share(r.Cents, r.StatePercent, 100)}
	c.RegionalCents = r.Cents - c.StateCents
	args := []any{r.Administration, r.Year, r.fund(), r.Family, r.Cents, r.Reference, c.StateCents, c.RegionalCents, r.Act, r.EffectiveOn}
	if r.Warning != nil {
		id, err := uuid.NewV7()
		if err != nil {
			return c, nil, err
		}
		args = append(args, id, r.Warning.Event, r.Warning.Percent)
	}
	return c, args, nil
}

// refused turns the failure raised by plafond_refuse into the fault that clients know.
func refused(err error, cents int64) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Code != "W2W01" {
		return err
	}
	available, err := strconv.ParseInt(pg.Detail, 10, 64)
	if err != nil {
		return fmt.Errorf("detail of a refusal: %w", err)
	}
	return noFunds(cents, available)
}

func noFunds(wanted, available int64) error {
	missing := wanted - available
	return fault.New(fault.NoFunds,
		fmt.Sprintf("Nel plafond mancano %d centesimi.", missing), fmt.Sprintf("The plafond lacks %d cents.", missing)).
		With("available_cents", available).With("missing_cents", missing)
}
