package store

import "gorm.io/gorm"

// equal wants a column to have a value; the empty value wants nothing.
type equal struct{ column, value string }

// whereEqual narrows a query, always in the same order: the database keeps the plan of a statement by its text.
func whereEqual(q *gorm.DB, wanted ...equal) *gorm.DB {
	for _, w := range wanted {
		if w.value != "" {
			q = q.Where(w.column+" = ?", w.value)
		}
	}
	return q
}
