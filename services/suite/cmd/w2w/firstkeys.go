package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"w2w/pkg/auth"
	"w2w/pkg/person"
	"w2w/services/suite/internal/house"
)

// makeKeys makes what a new installation lacks in the folder at --dir, and leaves alone what is there: a job may run it
// before every start.
func makeKeys(what string, do func(dir string) error) func(context.Context, call) error {
	return func(_ context.Context, c call) error {
		flags := newFlags()
		dir := flags.String("dir", "", "folder of the keys")
		if _, err := c.parse(flags, 0); err != nil {
			return err
		}
		if info, err := os.Stat(*dir); err != nil || !info.IsDir() {
			return fmt.Errorf("%w: --dir names no folder", errUsage)
		}
		return turn{call: c}.say(do(*dir), "%s are in %s", what, *dir)
	}
}

func makePersonKeys(dir string) error {
	_, err := person.Load(dir, true)
	return err
}

// makeRegistrars makes the first two clients of a registry: a file with its key for each of the two people, and the file
// with the public parts for the gateway (W2W_GATEWAY_CLIENTS_FILE).
func makeRegistrars(_ context.Context, c call) error {
	flags := newFlags()
	out := flags.String("out", "", "folder for the files of the two registrars")
	register := flags.String("register", "", "file for the gateway")
	if _, err := c.parse(flags, 0); err != nil {
		return err
	}
	if *out == "" || *register == "" {
		return fmt.Errorf("%w: --out and --register are needed", errUsage)
	}
	var public []auth.Credential
	for _, id := range house.Registrars {
		made, err := registrarIn(filepath.Join(*out, id+".json"), id)
		if err != nil {
			return err
		}
		made.Key = made.Key.Public()
		public = append(public, made)
	}
	return turn{call: c}.say(auth.WriteClients(*register, public), "%v are in %s, and for the gateway in %s", house.Registrars, *out, *register)
}

// registrarIn is the registrar of a file, which is made when it is missing.
func registrarIn(file, id string) (auth.Credential, error) {
	known, err := auth.ReadClients(file)
	if errors.Is(err, fs.ErrNotExist) {
		made, err := auth.NewCredential(id, "OPS", auth.AllAdministrations, house.RegistrarScopes...)
		if err != nil {
			return made, err
		}
		return made, auth.WriteClients(file, []auth.Credential{made})
	}
	if err == nil && len(known) != 1 {
		err = fmt.Errorf("%w: %s does not have one client", auth.ErrClients, filepath.Base(file))
	}
	if err != nil {
		return auth.Credential{}, err
	}
	return known[0], nil
}
