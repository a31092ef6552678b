package inps

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"

	"golang.org/x/sync/errgroup"

	"w2w/pkg/period"
)

const (
	writers     = 4    // applications under way at once
	mostPayment = 5000 // rows that one call may carry
)

// answer accepts the applications of a decree that wait for it, then authorises and pays each: whatever its state
// shows to be left.
func (s *Simulator) answer(ctx context.Context, decree, correlation string) (Answer, error) {
	done := Answer{Decree: decree}
	date, files, err := s.pull(ctx, decree)
	if err != nil {
		return done, err
	}
	if err := s.accept(ctx, decree, correlation, files); err != nil {
		return done, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	for _, f := range files {
		if !slices.Contains([]string{"TRASMESSA_INPS", "ACCETTATA_INPS", "AUTORIZZATA_INPS", "IN_PAGAMENTO"}, f.state) {
			continue
		}
		done.Applications, done.Cents = done.Applications+1, done.Cents+f.cents
		group.Go(func() error {
			if err := s.authorise(ctx, f, date); err != nil {
				return err
			}
			return s.pay(ctx, f)
		})
	}
	return done, group.Wait()
}

func (s *Simulator) accept(ctx context.Context, decree, correlation string, files []*file) error {
	records := []object{}
	for _, f := range files {
		if f.state == "TRASMESSA_INPS" {
			records = append(records, object{"application_id": f.id, "outcome": "ACCOLTO"})
		}
	}
	if len(records) == 0 {
		return nil
	}
	return s.post(ctx, "/inps/receipts", "receipt-"+correlation, object{"decree_id": decree, "correlation_id": correlation, "file_id": correlation, "level": "RECORD", "records": records})
}

func (s *Simulator) authorise(ctx context.Context, f *file, on string) error {
	if f.state == "AUTORIZZATA_INPS" || f.state == "IN_PAGAMENTO" {
		return nil
	}
	h := fnv.New64a()
	h.Write([]byte(f.id))
	number := fmt.Sprintf("%012d", h.Sum64()%1_000_000_000_000)
	return s.post(ctx, "/inps/authorisations", "authorisation-"+f.id,
		object{"application_id": f.id, "number": number, "authorised_on": on, "hours": f.hours, "cents": f.cents})
}

// pay spreads what was granted to each worker evenly over the months of the application's period.
func (s *Simulator) pay(ctx context.Context, f *file) error {
	months := period.Period{From: f.records[0].From, To: f.records[0].To}.Months()
	for m := range months {
		month := months[m].First().Time().Format("2006-01")
		for some := range slices.Chunk(f.records, mostPayment) {
			rows := make([]object, len(some))
			for i, r := range some {
				rows[i] = object{"row": r.Row, "hours": part(r.Hours, m, len(months)), "cents": part(r.Cents, m, len(months))}
			}
			receipt := fmt.Sprintf("SR41-%s-%d", month, some[0].Row)
			err := s.post(ctx, "/inps/payments", "payment-"+f.id+"-"+receipt, object{"application_id": f.id, "month": month, "receipt_number": receipt, "rows": rows})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// part is the m-th of the n equal parts of a whole; the parts add up to it.
func part(whole int64, m, n int) int64 { return whole*int64(m+1)/int64(n) - whole*int64(m)/int64(n) }
