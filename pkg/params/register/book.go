package register

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/params"
)

// Options is what a service gives to its book.
type Options[R any] struct {
	Service string                                // its name, in its events and records
	Check   func(params.Row) error                // refuses what no parameter of the service takes
	Rules   func(set params.Set, version int64) R // makes the rules by the parameters at a version
}

// Book is the register with the rules by its parameters: a snapshot that is swapped when they change, so that
// no request asks for them.
type Book[R any] struct {
	register
	rules func(set params.Set, version int64) R
	now   atomic.Pointer[edition[R]]
}

// edition is the rules by the parameters as known at a version.
type edition[R any] struct {
	rules   R
	version int64
}

// Open brings what the versioned files have and the database lacks, and reads the rules. It also returns the
// rows of the files that differ from what was recorded before: they have no effect.
func Open[R any](ctx context.Context, db *database.DB, o Options[R], files []params.Row) (*Book[R], []params.Row, error) {
	b := &Book[R]{register: register{db: db, service: o.Service, check: o.Check}, rules: o.Rules}
	differing, err := b.bring(ctx, files)
	if err != nil {
		return nil, nil, err
	}
	return b, differing, b.Refresh(ctx)
}

// WarnOf says in the log which rows of files differ from what was recorded before.
func WarnOf(differing []params.Row, log *zap.Logger) {
	for _, r := range differing {
		log.Warn("the database says otherwise than a parameter file, and holds", zap.String("key", r.Key), zap.String("file", r.Source),
			zap.Stringer("valid_from", r.ValidFrom))
	}
}

// Now returns the rules by the parameters as known now.
func (b *Book[R]) Now() R { return b.now.Load().rules }

const latestVersion = `select coalesce(max(version), 0) from parameters`

// Refresh reads the parameters again if they have changed.
func (b *Book[R]) Refresh(ctx context.Context) error {
	var version int64
	err := b.db.Read(ctx, "", func(q *pgx.Batch) {
		q.Queue(latestVersion).QueryRow(func(r pgx.Row) error { return r.Scan(&version) })
	})
	if have := b.now.Load(); err != nil || have != nil && have.version >= version {
		return err
	}
	var rows []params.Row
	err = b.db.Read(ctx, "", func(q *pgx.Batch) {
		q.Queue(`select version, key, value, valid_from, valid_to, legal_ref from parameters where superseded_version is null`).Query(func(r pgx.Rows) (err error) {
			rows, version, err = scanRules(r)
			return err
		})
	})
	if err != nil {
		return err
	}
	return b.publish(rows, version)
}

// scanRules also returns the latest version among the rows: of all that are in force, a change's own row is one.
func scanRules(r pgx.Rows) (rows []params.Row, version int64, err error) {
	for r.Next() {
		var p params.Row
		var recorded int64
		if err := r.Scan(&recorded, &p.Key, &p.Value, &p.ValidFrom, &p.ValidTo, &p.LegalRef); err != nil {
			return nil, 0, err
		}
		rows, version = append(rows, p), max(version, recorded)
	}
	return rows, version, r.Err()
}

// publish swaps the snapshot unless a later one is there already.
func (b *Book[R]) publish(rows []params.Row, version int64) error {
	set, err := params.NewSet(rows)
	if err != nil {
		return err
	}
	next := &edition[R]{b.rules(set, version), version}
	for {
		have := b.now.Load()
		if have != nil && have.version >= version || b.now.CompareAndSwap(have, next) {
			return nil
		}
	}
}

// Follow refreshes the rules again and again until the context ends; a refresh that fails is reported and tried again.
func (b *Book[R]) Follow(ctx context.Context, every time.Duration, failed func(error)) {
	clock.Every(ctx, every, func() {
		if err := b.Refresh(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
	})
}

// AsOf returns the rules by the parameters as known at a version: those of an earlier judgement.
func (b *Book[R]) AsOf(tx *database.Tx, version int64) (rules R, err error) {
	if now := b.now.Load(); now.version == version {
		return now.rules, nil
	}
	var rows []params.Row
	tx.Queue(`select version, key, value, valid_from, valid_to, legal_ref from parameters
		where version <= $1 and (superseded_version is null or superseded_version > $1)`, version).Query(func(r pgx.Rows) (err error) {
		rows, _, err = scanRules(r)
		return err
	})
	if err := tx.Flush(); err != nil {
		return rules, err
	}
	set, err := params.NewSet(rows)
	if err != nil {
		return rules, err
	}
	return b.rules(set, version), nil
}
