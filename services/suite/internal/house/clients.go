package house

import (
	"errors"
	"io/fs"
	"os"

	"w2w/pkg/auth"
	"w2w/pkg/italia"
)

// roles are the clients that each administration has in a house of one's own: who examines is another
// than who decrees, as in real life.
var roles = []struct {
	name   string
	scopes []string
}{
	{"portal", []string{"applications:file", "people:read"}},
	{"examiner", []string{"applications:protocol", "applications:examine", "people:read"}},
	{"chair", []string{"applications:preside"}},
	{"accountant", []string{"applications:commit"}},
	{"director", []string{"applications:decree"}},
}

// common are the scopes of every such client; acts:backdate lets a past season be loaded.
var common = []string{"applications:read", "plafonds:read", "events:read", "acts:backdate"}

// developmentClients reads the clients of a data folder, or makes them the first time.
func developmentClients(file string) ([]auth.Credential, error) {
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return auth.ReadClients(file)
	}
	atlas, err := italia.Load()
	if err != nil {
		return nil, err
	}
	var all []auth.Credential
	add := func(id, kind, administration string, scopes ...string) error {
		c, err := auth.NewCredential(id, kind, administration, append(scopes, common...)...)
		all = append(all, c)
		return err
	}
	for _, a := range atlas.Administrations() {
		for _, r := range roles {
			if err := add(a.Code+"-"+r.name, "PORTAL", a.Code, r.scopes...); err != nil {
				return nil, err
			}
		}
	}
	if err := errors.Join(add("ministry", "MINISTRY", auth.AllAdministrations, "plafonds:assign", "parameters:write", "people:read"),
		add("inps", "INPS", auth.AllAdministrations, "inps:exchange", "people:read")); err != nil {
		return nil, err
	}
	return all, auth.WriteClients(file, all)
}
