package store

import (
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
)

// EnterPayments takes a list of what INPS paid, row by row in the order of the list. It posts nothing to the ledger: only a
// closing does.
func (d *Desk) EnterPayments(tx *database.Tx, by auth.Identity, sent []domain.Row[domain.Sent[domain.Payment]]) (JudgedIntake, error) {
	if err := domain.ForAllRegions(by); err != nil {
		return JudgedIntake{}, err
	}
	rows, err := dated(d, by, sent, "reported_on", func(p *domain.Payment, on period.Date) { p.ReportedOn = on })
	if err != nil {
		return JudgedIntake{}, err
	}
	domain.SetAsideUnreadable(rows)
	b, err := d.loadPayroll(tx, rows)
	if err != nil {
		return JudgedIntake{}, err
	}
	judged := make([]domain.Judged, len(rows))
	for i := range rows {
		var codes []domain.Code
		if p := rows[i].Value; p != nil {
			if err := b.Admits(p, rows[i].Place("reported_on")); err != nil {
				return JudgedIntake{}, err
			}
			codes = b.Judge(p)
		}
		judged[i] = rows[i].Judge(codes)
	}
	out, err := keepIntake(d, tx, by, Intake{ID: uuid.Must(uuid.NewV7()), Kind: domain.PaymentList}, rows, judged)
	if err != nil {
		return out, err
	}
	return out, insertPayments(tx, out, rows, b)
}

const (
	payeesOf = `select id, administration, worker_ref, tax_key from workers where worker_ref = any($1)
union select id, administration, worker_ref, tax_key from workers where tax_key = any($2)`
	latestReported = `select coalesce(max(reported_on), 'epoch') from payments`
	takenPayments  = `select payment_ref from payments where payment_ref = any($1)`
	closedAmong    = `select administration, month from reports where month = any($1)`
	paidTo         = `select worker_id, month, sum(paid_cents)::bigint from payments where worker_id = any($1) group by worker_id, month`
)

// payees are the workers whom a list names, by reference and by the key of their tax code.
type payees struct {
	byRef, byKey map[string]domain.Payee
	keys         map[string]string // of the tax codes of the list
}

func (y *payees) find(p *domain.Payment) (who domain.Payee, ok bool) {
	if p.WorkerRef != "" {
		who, ok = y.byRef[p.WorkerRef]
		return who, ok
	}
	who, ok = y.byKey[y.keys[p.TaxCode]]
	return who, ok
}

// loadPayroll locks the register and reads what the list is judged against.
func (d *Desk) loadPayroll(tx *database.Tx, rows []domain.Row[domain.Payment]) (*domain.Payroll, error) {
	y := &payees{map[string]domain.Payee{}, map[string]domain.Payee{}, map[string]string{}}
	b := &domain.Payroll{Payee: y.find, Taken: map[string]bool{}, Closed: map[domain.RegionMonth]bool{}, Paid: map[domain.PaidFor]int64{}}
	var workers, refs []string
	var keys [][]byte
	months := map[period.Date]bool{}
	for i := range rows {
		p := rows[i].Value
		if p == nil {
			continue
		}
		refs, months[p.Month.First()] = append(refs, p.Ref), true
		if p.WorkerRef != "" {
			workers = append(workers, p.WorkerRef)
			continue
		}
		key, err := d.people.Key(p.TaxCode)
		if err != nil {
			return nil, err
		}
		keys, y.keys[p.TaxCode] = append(keys, key), string(key)
	}
	tx.Queue(lockRegister)
	tx.Queue(latestReported).QueryRow(func(r pgx.Row) error { return r.Scan(&b.Latest) })
	tx.Queue(takenPayments, refs).Query(database.Each(func(r pgx.Rows) error { return scanRef(r, b.Taken) }))
	tx.Queue(payeesOf, workers, keys).Query(database.Each(y.scan))
	tx.Queue(closedAmong, slices.Collect(maps.Keys(months))).Query(database.Each(func(r pgx.Rows) error { return scanClosedMonth(r, b) }))
	if err := tx.Flush(); err != nil {
		return nil, err
	}
	return b, loadPaid(tx, rows, b)
}

func (y *payees) scan(r pgx.Rows) error {
	var who domain.Payee
	var ref string
	var key []byte
	err := r.Scan(&who.ID, &who.Region, &ref, &key)
	y.byRef[ref], y.byKey[string(key)] = who, who
	return err
}

func scanClosedMonth(r pgx.Rows, b *domain.Payroll) error {
	var region string
	var month period.Date
	err := r.Scan(&region, &month)
	b.Closed[domain.RegionMonth{Region: region, Month: period.MonthOf(month)}] = true
	return err
}

// loadPaid reads what was paid so far to the workers of reversals.
func loadPaid(tx *database.Tx, rows []domain.Row[domain.Payment], b *domain.Payroll) error {
	var workers []uuid.UUID
	for i := range rows {
		if p := rows[i].Value; p != nil && p.PaidCents < 0 {
			if who, ok := b.Payee(p); ok {
				workers = append(workers, who.ID)
			}
		}
	}
	if len(workers) == 0 {
		return nil
	}
	return tx.Query(func(r pgx.Rows) error {
		var f domain.PaidFor
		var month period.Date
		var cents int64
		err := r.Scan(&f.Worker, &month, &cents)
		f.Month = period.MonthOf(month)
		b.Paid[f] = cents
		return err
	}, paidTo, workers)
}
