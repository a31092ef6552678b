package house

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"slices"

	"w2w/pkg/auth"
	"w2w/pkg/italia"
)

// roles are the clients that each administration has in a house of one's own: who examines is another
// than who decrees, and who submits a month than who closes it, as in real life.
var roles = []struct {
	name   string
	scopes []string
}{
	{"portal", []string{"applications:file", "months:submit", "people:read"}},
	{"examiner", []string{"applications:protocol", "applications:examine", "people:read"}},
	{"chair", []string{"applications:preside"}},
	{"accountant", []string{"applications:commit"}},
	{"director", []string{"applications:decree", "months:close"}},
}

// Registrars are the two clients between whom every change of the registry goes.
var Registrars = []string{"registrar-a", "registrar-b"}

// RegistrarScopes are what each of them may do.
var RegistrarScopes = []string{"clients:read", "clients:propose", "clients:approve"}

// common are the scopes of every such client; acts:backdate lets a past season be loaded.
var common = []string{"applications:read", "pool:read", "plafonds:read", "events:read", "acts:backdate"}

// Developer is the one client that also has a secret, for trying the API by hand; it is a portal of Lombardia.
const Developer = "developer"

// register are the development clients of a data folder.
type register struct {
	known, all []auth.Credential
}

// ensureClients makes the clients that the file lacks and keeps the keys of those that it has.
func ensureClients(file string) error {
	known, err := auth.ReadClients(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	atlas, err := italia.Load()
	if err != nil {
		return err
	}
	r := &register{known: known}
	for _, a := range atlas.Administrations() {
		for _, role := range roles {
			err = errors.Join(err, r.add(a.Code+"-"+role.name, "PORTAL", a.Code, role.scopes...))
		}
	}
	err = errors.Join(err,
		r.add("ministry", "MINISTRY", auth.AllAdministrations, "plafonds:assign", "parameters:write", "pool:upload", "people:read"),
		r.add("inps", "INPS", auth.AllAdministrations, "inps:exchange", "people:read"),
		r.add(Registrars[0], "OPS", auth.AllAdministrations, RegistrarScopes...),
		r.add(Registrars[1], "OPS", auth.AllAdministrations, RegistrarScopes...),
		r.add(Developer, "PORTAL", "03", roles[0].scopes...))
	if err != nil {
		return err
	}
	if last := &r.all[len(r.all)-1]; last.Secret == "" {
		last.Secret = rand.Text()
	}
	return auth.WriteClients(file, append(r.all, r.others()...))
}

// others are clients that somebody else put into the file.
func (r *register) others() []auth.Credential {
	return slices.DeleteFunc(slices.Clone(r.known), func(k auth.Credential) bool {
		return slices.ContainsFunc(r.all, func(c auth.Credential) bool { return c.ID == k.ID })
	})
}

func (r *register) add(id, kind, administration string, scopes ...string) error {
	scopes = append(scopes[:len(scopes):len(scopes)], common...)
	i := slices.IndexFunc(r.known, func(c auth.Credential) bool { return c.ID == id })
	if i < 0 {
		c, err := auth.NewCredential(id, kind, administration, scopes...)
		r.all = append(r.all, c)
		return err
	}
	c := r.known[i]
	c.Kind, c.Administration, c.Scopes = kind, administration, scopes
	r.all = append(r.all, c)
	return nil
}
