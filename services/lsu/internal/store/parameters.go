package store

import (
	"fmt"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/params"
	"w2w/pkg/params/register"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
)

// SetParameter states a value of a parameter from a day on. What was judged and dated by it stays so: the day of the pool
// is fixed once somebody is in it, and that of closing for the months about which movements were received since.
func (d *Desk) SetParameter(tx *database.Tx, by auth.Identity, row params.Row) (p register.Parameter, err error) {
	tx.Queue(lockRegister)
	tx.Become(auth.AllAdministrations)
	if row.Key == domain.PoolDayKey {
		if err := poolIsEmpty(tx); err != nil {
			return p, err
		}
	}
	if p, err = d.book.Set(tx, by, row); err != nil || row.Key != domain.ClosingDayKey {
		return p, err
	}
	rules, err := d.book.AsOf(tx, p.Version)
	if err != nil {
		return p, err
	}
	tx.Become(auth.AllAdministrations)
	if err := staysDated(tx, rules); err != nil {
		return p, err
	}
	tx.Become(by.Administration)
	return p, nil
}

// poolIsEmpty refuses to move the day of a pool that has workers.
func poolIsEmpty(tx *database.Tx) error {
	var loaded bool
	if err := tx.QueryRow(`select exists (select from workers)`, nil, &loaded); err != nil || !loaded {
		return err
	}
	return fault.New(fault.StateConflict, "Il bacino è già caricato: la sua data non cambia più.", "The pool is loaded: its day does not change any more.").
		With("guard", "POOL_LOADED").At("/key", "fixed", "il bacino è già caricato", "the pool is loaded")
}

// Only movements that no closed month knows may still be dated otherwise.
const openMovements = `select coalesce(c.month, 'epoch'), m.effective_on, m.received_on, m.month_learned, m.late
from movements m left join (select administration, max(month) as month from reports group by administration) c using (administration)
where m.verdict = 'ACCEPTED' and (c.month is null or m.month_learned > c.month)`

// staysDated refuses rules by which another month than was recorded would learn of a movement.
func staysDated(tx *database.Tx, rules domain.Rules) error {
	return tx.Query(func(r pgx.Rows) error {
		closed, m, err := scanOpen(r)
		if err != nil {
			return err
		}
		month, moved, err := rules.Redates(closed, m)
		if err != nil || !moved {
			return err
		}
		return fault.New(fault.StateConflict, fmt.Sprintf("Sono già elaborati movimenti ricevuti il %s, che il giorno di chiusura del mese %s sposterebbe.", m.ReceivedOn, month),
			fmt.Sprintf("Movements received on %s are processed already, and the closing day of the month %s would move them.", m.ReceivedOn, month)).
			With("guard", "MOVEMENTS_DATED").With("month", month).At("/valid_from", "dated", "movimenti già elaborati", "movements are processed already")
	}, openMovements)
}

func scanOpen(r pgx.Row) (closed period.Month, m domain.Recorded, err error) {
	var until, learned period.Date
	err = r.Scan(&until, &m.EffectiveOn, &m.ReceivedOn, &learned, &m.Late)
	m.Learned = period.MonthOf(learned)
	return period.MonthOf(until), m, err
}
