package database

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"w2w/pkg/fault"
)

// Translate turns an error of PostgreSQL into a fault by its code, never by its message. Faults and
// unknown errors pass unchanged. A unique violation keeps its cause, so that a caller may look at the constraint.
func Translate(err error) error {
	if err == nil || fault.As(err) != nil || errors.Is(err, context.Canceled) {
		return err
	}
	if errors.Is(err, pgx.ErrNoRows) || errors.Is(err, gorm.ErrRecordNotFound) {
		return fault.Wrap(err, fault.NotFound)
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		var connect *pgconn.ConnectError
		if errors.As(err, &connect) || errors.Is(err, context.DeadlineExceeded) {
			return fault.Wrap(err, fault.Unavailable)
		}
		return err
	}
	switch pg.Code {
	case "23505", "23P01":
		return fault.Wrap(err, fault.AlreadyExists)
	case "40001", "40P01", "55P03", "57014", "57P01", "57P02", "57P03", "53100", "53300", "08006", "25P03":
		return fault.Wrap(err, fault.Unavailable)
	default:
		return err
	}
}

// Constraint returns the name of the constraint that err broke, or "".
func Constraint(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.ConstraintName
	}
	return ""
}
