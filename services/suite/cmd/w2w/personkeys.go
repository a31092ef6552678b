package main

import (
	"context"
	"fmt"
	"strconv"

	"w2w/pkg/database"
	"w2w/services/concessions"
)

// turnPersonKeys does a step on the folder at --dir.
func turnPersonKeys(said string, step func(concessions.PersonKeys) (uint32, error)) func(context.Context, call) error {
	return func(_ context.Context, c call) error {
		flags := newFlags()
		dir := flags.String("dir", "", "folder with the keys of persons")
		if _, err := c.parse(flags, 0); err != nil {
			return err
		}
		id, err := step(concessions.PersonKeys{Dir: *dir})
		return turn{call: c}.say(err, "%s %d", said, id)
	}
}

func listPersonKeys(_ context.Context, c call) error {
	flags := newFlags()
	dir := flags.String("dir", "", "folder with the keys of persons")
	if _, err := c.parse(flags, 0); err != nil {
		return err
	}
	keys, err := concessions.PersonKeys{Dir: *dir}.List()
	state := "old" // before the active one; the one after it is the next
	for _, k := range keys {
		if k.Active {
			state = "active"
		}
		fmt.Fprintf(c.out, "%-8s %d\n", state, k.ID)
		if k.Active {
			state = "next"
		}
	}
	return err
}

// withPersons opens the database whose persons the keys in the folder named by a flag have sealed.
func (c call) withPersons(ctx context.Context, folder string, arguments int, do func(concessions.PersonKeys, *database.DB, []string) error) error {
	flags := newFlags()
	dir := flags.String(folder, "", "folder with the keys of persons")
	address := flags.String("database-url", "", "address of the database")
	given, err := c.parse(flags, arguments)
	if err != nil {
		return err
	}
	if *address == "" || *dir == "" {
		return fmt.Errorf("%w: --database-url and --%s say what is sealed, and by what", errUsage, folder)
	}
	db, err := database.Open(ctx, database.Options{URL: *address, Schema: concessions.Name, MaxConns: 2})
	if err != nil {
		return err
	}
	defer db.Close()
	return do(concessions.PersonKeys{Dir: *dir}, db, given)
}

func dropPersonKey(ctx context.Context, c call) error {
	return c.withPersons(ctx, "dir", 1, func(keys concessions.PersonKeys, db *database.DB, given []string) error {
		id, err := strconv.ParseUint(given[0], 10, 32)
		if err != nil {
			return fmt.Errorf("%w: %q is no key", errUsage, given[0])
		}
		return turn{call: c}.say(keys.Drop(ctx, db, uint32(id)), "dropped %d", id)
	})
}

// rekeyPeople seals every person under the active key, beside the running service.
func rekeyPeople(ctx context.Context, c call) error {
	return c.withPersons(ctx, "person-keys", 0, func(keys concessions.PersonKeys, db *database.DB, _ []string) error {
		n, err := keys.Reseal(ctx, db, progress("Sealing"))
		return turn{call: c}.say(err, "sealed %d again, all are under the active key", n)
	})
}
