package database

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Set is a group of migrations that belong to one package, with a version table of its own.
type Set struct {
	Name       string
	Files      fs.FS
	AppendOnly []string // tables in which the service may not change or delete a row
}

// Target is the schema to migrate and the role that the service will use: the role owns nothing.
type Target struct {
	Schema   string
	Role     string
	Password string
}

// Migrate brings the schema up to date as its owner and grants the service's role what it needs. Several
// may run it at once: one works, the others wait.
func Migrate(ctx context.Context, adminURL string, to Target, sets ...Set) error {
	cfg, err := pgx.ParseConfig(adminURL)
	if err != nil {
		return fmt.Errorf("database url: %w", err)
	}
	cfg.RuntimeParams["search_path"] = to.Schema + ",public"
	db := stdlib.OpenDB(*cfg)
	defer db.Close()
	if err := prepare(ctx, db, to); err != nil {
		return fmt.Errorf("prepare schema %s: %w", to.Schema, err)
	}
	for _, s := range sets {
		p, err := provider(db, s, true)
		if err != nil {
			return err
		}
		if _, err := p.Up(ctx); err != nil {
			return fmt.Errorf("migrate %s: %w", s.Name, err)
		}
	}
	if err := grant(ctx, db, to, sets); err != nil {
		return fmt.Errorf("grant to %s: %w", to.Role, err)
	}
	return nil
}

func provider(db *sql.DB, s Set, alone bool) (*goose.Provider, error) {
	options := []goose.ProviderOption{goose.WithTableName("goose_" + s.Name)}
	if alone {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, s.Files, options...)
	if err != nil {
		return nil, fmt.Errorf("migrations of %s: %w", s.Name, err)
	}
	return p, nil
}

func prepare(ctx context.Context, db *sql.DB, to Target) error {
	return inTurn(ctx, db, func(tx *sql.Tx) error {
		role, err := roleStatement(ctx, tx, to)
		if err != nil {
			return err
		}
		return execute(ctx, tx,
			"create schema if not exists "+pgx.Identifier{to.Schema}.Sanitize(),
			"create extension if not exists btree_gist schema public",
			role, sessionDefaults(to.Role, to.Schema), needsTable)
	})
}

// inTurn runs fn in a transaction that one migration at a time may have.
func inTurn(ctx context.Context, db *sql.DB, fn func(tx *sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, "select pg_advisory_xact_lock(7703)"); err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func execute(ctx context.Context, tx *sql.Tx, statements ...string) error {
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// roleStatement makes the service's role or gives it the password. Only a superuser may name the attributes of a
// role that exists, so they are looked at instead: one that goes past row security is refused.
func roleStatement(ctx context.Context, tx *sql.Tx, to Target) (string, error) {
	var secret string
	var exists, mighty bool
	err := tx.QueryRowContext(ctx, `select quote_literal($1), count(*) > 0, coalesce(bool_or(rolsuper or rolbypassrls), false)
		from pg_roles where rolname = $2`, to.Password, to.Role).Scan(&secret, &exists, &mighty)
	role := pgx.Identifier{to.Role}.Sanitize()
	switch {
	case err != nil:
		return "", err
	case mighty:
		return "", fmt.Errorf("the role %s must be neither superuser nor above row security", to.Role)
	case exists:
		return "alter role " + role + " login password " + secret, nil
	}
	return "create role " + role + " login nosuperuser nobypassrls nocreatedb nocreaterole password " + secret, nil
}

func grant(ctx context.Context, db *sql.DB, to Target, sets []Set) error {
	role, schema := pgx.Identifier{to.Role}.Sanitize(), pgx.Identifier{to.Schema}.Sanitize()
	statements := []string{
		"grant usage on schema " + schema + " to " + role,
		"grant select, insert, update, delete on all tables in schema " + schema + " to " + role,
		"grant usage on all sequences in schema " + schema + " to " + role,
		"revoke insert, update, delete on schema_needs from " + role,
	}
	for _, s := range sets {
		statements = append(statements, "revoke insert, update, delete on goose_"+s.Name+" from "+role)
		for _, t := range s.AppendOnly {
			statements = append(statements, "revoke update, delete on "+pgx.Identifier{t}.Sanitize()+" from "+role)
		}
	}
	return inTurn(ctx, db, func(tx *sql.Tx) error { return execute(ctx, tx, statements...) })
}
