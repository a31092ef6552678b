package page

import (
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"w2w/pkg/fault"
	"w2w/pkg/period"
)

// Order is by which columns a list is ordered, all of them up or all of them down. Together they are unique and
// never null.
type Order[T any] struct {
	Keys       []Key[T]
	Descending bool
}

// Key is one column of an order: how the value of an item is written into a cursor, and read back.
type Key[T any] struct {
	column string
	write  func(T) string
	read   func(string) (value any, ok bool)
}

// Newest orders by creation, newest first: the columns created_at and id.
func Newest[T any](place func(T) (time.Time, uuid.UUID)) Order[T] {
	return Order[T]{Descending: true, Keys: []Key[T]{
		Moment("created_at", func(x T) time.Time { at, _ := place(x); return at }),
		ID("id", func(x T) uuid.UUID { _, id := place(x); return id }),
	}}
}

// Moment is a column of instants.
func Moment[T any](column string, of func(T) time.Time) Key[T] {
	return Key[T]{column, func(x T) string { return strconv.FormatInt(of(x).UnixMicro(), 10) }, func(s string) (any, bool) {
		micro, err := strconv.ParseInt(s, 10, 64)
		at := time.UnixMicro(micro).UTC()
		// The calendar of the database ends, and a place has one cursor.
		return at, err == nil && micro >= 0 && at.Year() <= 9999 && strconv.FormatInt(micro, 10) == s
	}}
}

// ID is a column of UUIDs.
func ID[T any](column string, of func(T) uuid.UUID) Key[T] {
	return Key[T]{column, func(x T) string { return of(x).String() }, func(s string) (any, bool) {
		id, err := uuid.Parse(s)
		return id, err == nil && id.String() == s
	}}
}

// Day is a column of calendar days.
func Day[T any](column string, of func(T) period.Date) Key[T] {
	return Key[T]{column, func(x T) string { return of(x).String() }, func(s string) (any, bool) {
		day, err := period.Parse(s)
		return day, err == nil
	}}
}

// Text is a column of short texts without blanks, all of the form.
func Text[T any](column string, form *regexp.Regexp, of func(T) string) Key[T] {
	return Key[T]{column, of, func(s string) (any, bool) { return s, form.MatchString(s) }}
}

// Cursor is the opaque place behind an item.
func (o Order[T]) Cursor(item T) string {
	values := make([]string, len(o.Keys))
	for i, k := range o.Keys {
		values[i] = k.write(item)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(values, " ")))
}

// parse reads a cursor into the values of the keys; the empty one, before the first item, has none.
func (o Order[T]) parse(cursor string) ([]any, error) {
	if cursor == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	values := strings.Split(string(raw), " ")
	ok := err == nil && utf8.Valid(raw) && len(values) == len(o.Keys) && base64.RawURLEncoding.EncodeToString(raw) == cursor
	after := make([]any, len(o.Keys))
	for i := 0; ok && i < len(values); i++ {
		after[i], ok = o.Keys[i].read(values[i])
	}
	if !ok {
		return nil, fault.New(fault.RequestInvalid, "Il cursore non è valido.", "The cursor is not valid.").
			At("query:cursor", "cursor", "cursore non valido", "not a cursor of this list")
	}
	return after, nil
}

// apply orders a query and begins it behind a place.
func (o Order[T]) apply(q *gorm.DB, after []any) *gorm.DB {
	columns, marks, order := make([]string, len(o.Keys)), make([]string, len(o.Keys)), make([]string, len(o.Keys))
	way, beyond := "", " > "
	if o.Descending {
		way, beyond = " desc", " < "
	}
	for i, k := range o.Keys {
		columns[i], marks[i], order[i] = k.column, "?", k.column+way
	}
	if after != nil {
		q = q.Where("("+strings.Join(columns, ", ")+")"+beyond+"("+strings.Join(marks, ", ")+")", after...)
	}
	return q.Order(strings.Join(order, ", "))
}
