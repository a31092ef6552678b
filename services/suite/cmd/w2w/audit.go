package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
)

// chain is where an audit chain is, and what is known of it from elsewhere.
type chain struct {
	url, schema, keys *string
	checkpoints       []string
}

func chainFlags(flags *flag.FlagSet) *chain {
	c := &chain{url: flags.String("database-url", "", "address of the database"), schema: flags.String("schema", "", "the service"),
		keys: flags.String("keys", "", "key set that verifies signed checkpoints")}
	flags.Func("checkpoint", "file with checkpoints, one a line", func(file string) error {
		c.checkpoints = append(c.checkpoints, file)
		return nil
	})
	return c
}

func (c *chain) open(ctx context.Context) (*database.DB, error) {
	if *c.url == "" || *c.schema == "" {
		return nil, fmt.Errorf("%w: --database-url and --schema say where the chain is", errUsage)
	}
	return database.Open(ctx, database.Options{URL: *c.url, Schema: *c.schema, MaxConns: 2})
}

// exportAudit writes the sealed records, for a verification without the database.
func exportAudit(ctx context.Context, c call) error {
	flags := newFlags()
	from := chainFlags(flags)
	if _, err := c.parse(flags, 0); err != nil {
		return err
	}
	db, err := from.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = audit.Export(ctx, db, c.out)
	return err
}

// verifyAudit proves a chain in the database or in an export, against checkpoints that were kept elsewhere.
func verifyAudit(ctx context.Context, c call) error {
	flags := newFlags()
	from := chainFlags(flags)
	arguments, err := c.parseSome(flags, 1)
	if err != nil {
		return err
	}
	known, err := from.known()
	if err != nil {
		return err
	}
	head, err := from.verify(ctx, arguments, known)
	if err == nil {
		fmt.Fprintf(c.out, "%d records, none changed, missing or added; head %s, %d checkpoints met\n", head.Position, head, len(known))
	}
	return err
}

func (c *chain) verify(ctx context.Context, files []string, known []audit.Checkpoint) (head audit.Checkpoint, err error) {
	if len(files) > 0 {
		f, err := os.Open(files[0])
		if err != nil {
			return head, fmt.Errorf("%w: %w", errUsage, err)
		}
		defer f.Close()
		if head, err = audit.VerifyStream(f, known...); err == nil && head.Position == 0 {
			err = fmt.Errorf("%w: %s has no records", errUsage, files[0]) // an export that failed leaves an empty file
		}
		return head, err
	}
	db, err := c.open(ctx)
	if err != nil {
		return head, err
	}
	defer db.Close()
	head.Position, head.Hash, err = audit.Verify(ctx, db, known...)
	return head, err
}

// known reads the checkpoints; a signed one must be of the service whose chain is verified, where that is said.
func (c *chain) known() (out []audit.Checkpoint, err error) {
	var set auth.JWKS
	if *c.keys != "" {
		data, err := os.ReadFile(*c.keys)
		if err == nil {
			err = json.Unmarshal(data, &set)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: keys: %w", errUsage, err)
		}
	}
	keys, err := auth.NewKeys(set)
	if err != nil {
		return nil, err
	}
	for _, file := range c.checkpoints {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errUsage, err)
		}
		for line := range strings.FieldsSeq(string(data)) {
			one, err := c.read(line, keys)
			if err != nil {
				return nil, err
			}
			out = append(out, one)
		}
	}
	return out, nil
}

func (c *chain) read(line string, keys auth.Keys) (audit.Checkpoint, error) {
	if !strings.Contains(line, ".") {
		return audit.ParseCheckpoint(line)
	}
	service, one, err := audit.ReadCheckpoint(line, keys)
	if err == nil && *c.schema != "" && service != *c.schema {
		err = fmt.Errorf("%w: a checkpoint is of %s", errUsage, service)
	}
	return one, err
}
