package main

import (
	"context"
	"fmt"
	"strconv"

	"w2w/pkg/person"
	"w2w/services/suite/internal/house"
)

// turnPersonKeys does a step on the folder at --dir.
func turnPersonKeys(said string, step func(person.Keys) (uint32, error)) func(context.Context, call) error {
	return func(_ context.Context, c call) error {
		flags := newFlags()
		dir := flags.String("dir", "", "folder with the keys of persons")
		if _, err := c.parse(flags, 0); err != nil {
			return err
		}
		id, err := step(person.Keys{Dir: *dir})
		return turn{call: c}.say(err, "%s %d", said, id)
	}
}

func listPersonKeys(_ context.Context, c call) error {
	flags := newFlags()
	dir := flags.String("dir", "", "folder with the keys of persons")
	if _, err := c.parse(flags, 0); err != nil {
		return err
	}
	keys, err := person.Keys{Dir: *dir}.List()
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

// withPersons opens what the keys in the folder named by a flag have sealed, in every service.
func (c call) withPersons(ctx context.Context, folder string, arguments int, do func(person.Keys, []person.Sealed, []string) error) error {
	flags := newFlags()
	dir := flags.String(folder, "", "folder with the keys of persons")
	data := flags.String("data-dir", "", "folder of a house, instead of the folder and the address")
	at := addresses{}
	flags.Func("database-url", "address of the database, or SERVICE=address", at.add)
	given, err := c.parse(flags, arguments)
	if err != nil {
		return err
	}
	apart, inHouse := *dir != "" && at.complete() && *data == "", *data != "" && *dir == "" && len(at) == 0
	if !apart && !inHouse {
		return fmt.Errorf("%w: --data-dir, or --database-url and --%s, say what is sealed, and by what", errUsage, folder)
	}
	if inHouse {
		release, err := at.house(ctx, *data)
		if err != nil {
			return err
		}
		defer release()
		*dir = house.PersonKeys(*data)
	}
	services, closeAll, err := at.open(ctx)
	defer closeAll()
	if err != nil {
		return err
	}
	return do(person.Keys{Dir: *dir, Settle: person.Settle}, services, given)
}

func dropPersonKey(ctx context.Context, c call) error {
	return c.withPersons(ctx, "dir", 1, func(keys person.Keys, services []person.Sealed, given []string) error {
		id, err := strconv.ParseUint(given[0], 10, 32)
		if err != nil {
			return fmt.Errorf("%w: %q is no key", errUsage, given[0])
		}
		return turn{call: c}.say(keys.Drop(ctx, uint32(id), services...), "dropped %d", id)
	})
}

// rekeyPeople seals every person under the active key, beside the running services.
func rekeyPeople(ctx context.Context, c call) error {
	return c.withPersons(ctx, "person-keys", 0, func(keys person.Keys, services []person.Sealed, _ []string) error {
		n, err := keys.Reseal(ctx, progress("Sealing"), services...)
		return turn{call: c}.say(err, "sealed %d again, all are under the active key", n)
	})
}
