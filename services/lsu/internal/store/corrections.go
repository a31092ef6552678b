package store

import (
	"context"
	"regexp"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"w2w/pkg/database"
	"w2w/pkg/page"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
)

// CorrectionFilter narrows the list of corrections; empty fields do not.
type CorrectionFilter struct {
	Region       string
	Reference    *period.Month
	Learned      *period.Month
	YearOfEffect int
}

func (f CorrectionFilter) rows(q *gorm.DB) *gorm.DB {
	q = q.Table("movements").Where("late and verdict = 'ACCEPTED'")
	if f.Region != "" {
		q = q.Where("administration = ?", f.Region)
	}
	if f.Reference != nil {
		q = q.Where("effective_on between ? and ?", f.Reference.First(), f.Reference.Last())
	}
	if f.Learned != nil {
		q = q.Where("month_learned = ?", f.Learned.First())
	}
	if f.YearOfEffect != 0 {
		q = q.Where("effective_on between ? and ?", period.YearMonth(f.YearOfEffect, 1).First(), period.YearMonth(f.YearOfEffect, 12).Last())
	}
	return q
}

// late is a late movement with its place in the list.
type late struct {
	region    string
	reference period.Month
	received  period.Month
	ref       string
	worker    uuid.UUID
}

var regionForm = regexp.MustCompile(`^[0-9A-Z]{1,4}$`)

// inOrderOfCorrections is the order of domain.Corrections.
var inOrderOfCorrections = page.Order[late]{Keys: []page.Key[late]{
	page.Text(`administration collate "C"`, regionForm, func(m late) string { return m.region }),
	page.Day(`date_trunc('month', effective_on::timestamp)::date`, func(m late) period.Date { return m.reference.First() }),
	page.Day(`date_trunc('month', received_on::timestamp)::date`, func(m late) period.Date { return m.received.First() }),
	page.Text(`movement_ref collate "C"`, reference, func(m late) string { return m.ref }),
}}

// Corrections lists late movements with what each changes. Only the lives of a page's workers are read for it.
func (d *Desk) Corrections(ctx context.Context, administration string, f CorrectionFilter, p page.Page) ([]domain.Correction, string, error) {
	list := page.List[late]{Rows: f.rows, Columns: "administration, effective_on, received_on, movement_ref, worker_id", Scan: scanLate, Order: inOrderOfCorrections}
	found, next, err := list.Read(ctx, d.db, administration, p)
	if err != nil || len(found) == 0 {
		return nil, next, err
	}
	var regions, refs []string
	var workers []uuid.UUID
	for _, m := range found {
		regions, refs, workers = append(regions, m.region), append(refs, m.ref), append(workers, m.worker)
	}
	slices.Sort(refs)
	asked := func(m *domain.Recorded) bool {
		_, ok := slices.BinarySearch(refs, m.Ref)
		return ok
	}
	var out []domain.Correction
	err = d.db.Update(ctx, administration, func(tx *database.Tx) error {
		var lives []domain.Life
		closed := closings{}
		queueLivesOf(tx, slices.Compact(regions), workers, &lives)
		closed.queue(tx, f.Region, firstMonth, lastMonth)
		if err := tx.Flush(); err != nil {
			return err
		}
		counted, err := d.counted(tx, closed)
		if err == nil {
			out, err = domain.Corrections(lives, counted, nil, asked)
		}
		return err
	})
	return out, next, err
}

func scanLate(row pgx.Row) (m late, err error) {
	err = row.Scan(&m.region, &m.reference, &m.received, &m.ref, &m.worker)
	return m, err
}
