package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"

	"w2w/pkg/person"
	"w2w/services/gateway"
	"w2w/services/suite/internal/lsupool"
	"w2w/services/suite/internal/season"
)

const usage = `usage:
  w2w run [--data-dir DIR] [--addr HOST:PORT] [--no-demo]
  w2w migrate [--wait 5m]
  w2w import season DIR --out DIR (--data-dir DIR | --gateway URL --clients FILE)
  w2w import lsu-pool DIR --out DIR (--data-dir DIR | --gateway URL --clients FILE)
  w2w smoke (--data-dir DIR | --gateway URL --clients FILE)
  w2w load (--data-dir DIR | --gateway URL --clients FILE) [--for 1m] [--rate 50] [--callers 32] [--reads]
  w2w simulate inps (--data-dir DIR | --gateway URL --clients FILE)
  w2w client (list | show ID | propose FILE | approve CHANGE | reject CHANGE --reason TEXT | suspend ID --reason TEXT) [--as CLIENT]
      (--data-dir DIR | --gateway URL --clients FILE)
  w2w client registrars --out DIR --register FILE
  w2w audit export --database-url URL --schema NAME
  w2w audit verify (FILE | --database-url URL --schema NAME) [--keys FILE] [--checkpoint FILE]...
  w2w keys (init | person-init) --dir DIR
  w2w keys (list | prepare | promote [--force] | sweep | drop KID) --dir DIR [--announce 24h] [--linger 1h]
  w2w keys (person-list | person-prepare | person-promote) --dir DIR
  w2w keys person-drop KEY (--data-dir DIR | --dir DIR --database-url [SERVICE=]URL...)
  w2w doctor (--data-dir DIR | --database-url URL [--gateway URL] [--ready URL]... [--jwks URL]... [--key-dir DIR] [--person-keys DIR]...) [--json]
  w2w support --out FILE (--data-dir DIR | --database-url URL [--gateway URL] [--ready URL]... [--log FILE])
  w2w restored (--data-dir DIR | --database-url URL)
  w2w rekey people (--data-dir DIR | --person-keys DIR --database-url [SERVICE=]URL...)
`

// errUsage is what wrong arguments are.
var errUsage = errors.New("wrong arguments")

// call is a command as it was given.
type call struct {
	args []string
	out  io.Writer
}

var commands = []struct {
	words []string
	do    func(ctx context.Context, c call) error
}{
	{[]string{"run"}, runHouse},
	{[]string{"migrate"}, migrate},
	{[]string{"import", "season"}, importing("season", season.Import)},
	{[]string{"import", "lsu-pool"}, importing("pool", lsupool.Import)},
	{[]string{"smoke"}, smoke},
	{[]string{"load"}, keepBusy},
	{[]string{"simulate", "inps"}, simulateINPS},
	{[]string{"client", "list"}, withRegistry(0, listClients)},
	{[]string{"client", "show"}, withRegistry(1, showClient)},
	{[]string{"client", "propose"}, withRegistry(1, proposeChange)},
	{[]string{"client", "approve"}, withRegistry(1, approveChange)},
	{[]string{"client", "reject"}, withRegistry(1, rejectChange)},
	{[]string{"client", "suspend"}, withRegistry(1, suspendClient)},
	{[]string{"audit", "export"}, exportAudit},
	{[]string{"audit", "verify"}, verifyAudit},
	{[]string{"client", "registrars"}, makeRegistrars},
	{[]string{"keys", "init"}, makeKeys("the rings", gateway.MakeRings)},
	{[]string{"keys", "person-init"}, makeKeys("the keys of persons", makePersonKeys)},
	{[]string{"keys", "list"}, turnKeys(listKeys)},
	{[]string{"keys", "prepare"}, turnKeys(prepareKey)},
	{[]string{"keys", "promote"}, turnKeys(promoteKey)},
	{[]string{"keys", "sweep"}, turnKeys(sweepKeys)},
	{[]string{"keys", "drop"}, dropKey},
	{[]string{"keys", "person-list"}, listPersonKeys},
	{[]string{"keys", "person-prepare"}, turnPersonKeys("prepared", person.Keys.Prepare)},
	{[]string{"keys", "person-promote"}, turnPersonKeys("promoted", person.Keys.Promote)},
	{[]string{"keys", "person-drop"}, dropPersonKey},
	{[]string{"rekey", "people"}, rekeyPeople},
	{[]string{"doctor"}, examine},
	{[]string{"support"}, writeSupport},
	{[]string{"restored"}, afterRestore},
}

func run(ctx context.Context, args []string, out io.Writer) error {
	for _, c := range commands {
		if len(args) >= len(c.words) && slices.Equal(args[:len(c.words)], c.words) {
			err := c.do(ctx, call{args[len(c.words):], out})
			if errors.Is(err, flag.ErrHelp) {
				break
			}
			return err
		}
	}
	if !slices.ContainsFunc(args, func(a string) bool { return slices.Contains([]string{"help", "-h", "-help", "--help"}, a) }) {
		return fmt.Errorf("%w: %q is no command", errUsage, args)
	}
	_, err := io.WriteString(out, usage)
	return err
}

func newFlags() *flag.FlagSet {
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	return flags
}

// parse reads flags and the arguments between them, of which there must be as many as wanted.
func (c call) parse(flags *flag.FlagSet, wanted int) ([]string, error) {
	arguments, err := c.parseSome(flags, wanted)
	if err == nil && len(arguments) != wanted {
		err = fmt.Errorf("%w: %d besides the flags, and there must be %d", errUsage, len(arguments), wanted)
	}
	return arguments, err
}

// parseSome is parse for arguments that may be left out.
func (c call) parseSome(flags *flag.FlagSet, most int) (arguments []string, err error) {
	for rest := c.args; ; {
		if err := flags.Parse(rest); err != nil {
			return nil, fmt.Errorf("%w: %w", errUsage, err)
		}
		if rest = flags.Args(); len(rest) == 0 {
			break
		}
		arguments, rest = append(arguments, rest[0]), rest[1:]
	}
	if len(arguments) > most {
		return nil, fmt.Errorf("%w: %d besides the flags, and there may be %d", errUsage, len(arguments), most)
	}
	return arguments, nil
}
