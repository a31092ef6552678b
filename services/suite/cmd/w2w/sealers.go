package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"w2w/pkg/database"
	"w2w/pkg/database/embedded"
	"w2w/pkg/person"
	"w2w/services/concessions"
	"w2w/services/lsu"
)

// sealer is a service that seals persons in the schema of its name.
type sealer struct {
	name    string
	columns []person.Column
}

// sealers are all of them: a key that one of them needs is not dropped.
func sealers() []sealer {
	return []sealer{{concessions.Name, concessions.SealedColumns()}, {lsu.Name, lsu.SealedColumns()}}
}

// addresses say where the schema of each service is; what is under no name is for those that are not named.
type addresses map[string]string

// add takes URL, or SERVICE=URL.
func (a addresses) add(value string) error {
	for _, s := range sealers() {
		if own, ok := strings.CutPrefix(value, s.name+"="); ok {
			a[s.name] = own
			return nil
		}
	}
	a[""] = value
	return nil
}

func (a addresses) of(s sealer) string { return cmp.Or(a[s.name], a[""]) }

// house takes the private PostgreSQL of a data folder for all, whether the house runs or not.
func (a addresses) house(ctx context.Context, dir string) (release func(), err error) {
	a[""], release, err = embedded.Reach(ctx, dir)
	if errors.Is(err, embedded.ErrNoServer) {
		err = fmt.Errorf("%w: %w", errUsage, err)
	}
	return release, err
}

// complete says whether every service is somewhere.
func (a addresses) complete() bool {
	for _, s := range sealers() {
		if a.of(s) == "" {
			return false
		}
	}
	return true
}

// open opens them all; what is open must be closed also after an error.
func (a addresses) open(ctx context.Context) (all []person.Sealed, closeAll func(), err error) {
	closeAll = func() {
		for _, s := range all {
			s.DB.Close()
		}
	}
	for _, s := range sealers() {
		db, err := database.Open(ctx, database.Options{URL: a.of(s), Schema: s.name, MaxConns: 2})
		if err != nil {
			return all, closeAll, err
		}
		all = append(all, person.Sealed{DB: db, Columns: s.columns})
	}
	return all, closeAll, nil
}
