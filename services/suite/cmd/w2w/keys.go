package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"time"

	"w2w/pkg/auth"
)

// The waiting times of a rotation: every verifier reads the published keys again within minutes, and no token lives
// longer than ten; what is announced a day ahead also reaches those who copy keys by hand.
const (
	announced   = 24 * time.Hour
	lingering   = time.Hour
	leastNotice = 10 * time.Minute // twice the age at which published keys are read again
)

// turn is a step of a rotation as it was asked for.
type turn struct {
	call
	auth.Rotation
	key   string
	force bool
}

func turnKeys(step func(turn) error) func(context.Context, call) error {
	return func(_ context.Context, c call) error { return c.turn(0, step) }
}

func dropKey(_ context.Context, c call) error {
	return c.turn(1, func(t turn) error { return t.say(t.Drop(t.key), "dropped %s", t.key) })
}

func (c call) turn(arguments int, step func(turn) error) error {
	flags := newFlags()
	t := turn{call: c}
	flags.StringVar(&t.Dir, "dir", "", "folder of the ring")
	flags.DurationVar(&t.Announce, "announce", announced, "how long a key is published before it may sign")
	flags.DurationVar(&t.Linger, "linger", lingering, "how long a retired key is published")
	flags.BoolVar(&t.force, "force", false, "promote at once")
	given, err := c.parse(flags, arguments)
	if err != nil {
		return err
	}
	if info, err := os.Stat(t.Dir); err != nil || !info.IsDir() {
		return fmt.Errorf("%w: --dir names no folder of a ring", errUsage)
	}
	if t.Announce < leastNotice || t.Linger < leastNotice {
		return fmt.Errorf("%w: --announce and --linger are at least %s", errUsage, leastNotice)
	}
	if arguments > 0 {
		t.key = given[0]
	}
	t.Now = time.Now()
	return step(t)
}

func listKeys(t turn) error {
	keys, err := t.List()
	if err == nil && len(keys) == 0 {
		err = fmt.Errorf("the ring has no keys: %w", fs.ErrNotExist)
	}
	for _, k := range keys {
		due := ""
		if when, ok := map[string]string{auth.KeyNext: "may sign", auth.KeyRetired: "may be swept"}[k.State]; ok {
			due = fmt.Sprintf(", %s from %s", when, k.Due.UTC().Format(time.RFC3339))
		}
		fmt.Fprintf(t.out, "%-8s %s since %s%s\n", k.State, k.ID, k.Since.UTC().Format(time.RFC3339), due)
	}
	return err
}

func prepareKey(t turn) error {
	id, err := t.Prepare()
	return t.say(err, "announced %s", id)
}

func promoteKey(t turn) error {
	if err := t.Promote(t.force); err != nil {
		return err
	}
	return listKeys(t)
}

func sweepKeys(t turn) error {
	n, err := t.Sweep()
	return t.say(err, "swept %d", n)
}

// say tells what was done where nothing went wrong.
func (t turn) say(err error, format string, values ...any) error {
	if err == nil {
		fmt.Fprintf(t.out, format+"\n", values...)
	}
	return err
}
