package house

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/pkg/database/embedded"
	"w2w/pkg/fault"
	"w2w/services/concessions"
	"w2w/services/gateway"
	"w2w/services/lsu"
)

// Schema is one service's part of the database.
type Schema struct {
	Name string
	Sets []database.Set
}

// Role is the one under which the service works on its schema.
func (s Schema) Role() string { return roleOf(s.Name) }

// Schemas are all of the suite.
func Schemas() []Schema {
	return []Schema{{gateway.Schema, gateway.Migrations()}, {concessions.Name, concessions.Migrations()}, {lsu.Name, lsu.Migrations()}}
}

func roleOf(schema string) string { return "w2w_" + schema }

// Migrate brings every schema up to date as the owner, and gives each service's role its password.
func Migrate(ctx context.Context, owner string, passwords map[string]string) error {
	for _, s := range Schemas() {
		target := database.Target{Schema: s.Name, Role: s.Role(), Password: passwords[s.Name]}
		if err := database.Migrate(ctx, owner, target, s.Sets...); err != nil {
			return err
		}
	}
	return nil
}

func (h *House) openDatabase(ctx context.Context, o Options) error {
	owner, where := o.Owner, "as W2W_DATABASE_URL says"
	if owner == "" {
		server, err := embedded.Start(ctx, o.DataDir)
		if err != nil {
			return err
		}
		h.postgres, owner, where = server, server.URL(), server.Dir()
	}
	o.Step("PostgreSQL", where)
	passwords, err := passwords(owner, o.Passwords)
	if err != nil {
		return err
	}
	if err := Migrate(ctx, owner, passwords); err != nil {
		return err
	}
	var names []string
	for _, s := range Schemas() {
		if err := h.pool(ctx, owner, s.Name, passwords[s.Name]); err != nil {
			return err
		}
		names = append(names, s.Name)
	}
	o.Step("Migrations", strings.Join(names, ", "))
	return nil
}

// pool opens a schema as its service's own role.
func (h *House) pool(ctx context.Context, owner, schema, password string) error {
	address, err := url.Parse(owner)
	if err != nil || !strings.HasPrefix(address.Scheme, "postgres") {
		return errors.New("W2W_DATABASE_URL is not of the form postgres://user:password@host:port/database")
	}
	address.User = url.UserPassword(roleOf(schema), password)
	db, err := database.Open(ctx, database.Options{URL: address.String(), Schema: schema, MaxConns: 20})
	if err != nil {
		return err
	}
	h.pools[schema] = db
	return db.CheckDurability(ctx)
}

// passwords takes those that are given and makes the others from the owner's: roles belong to a whole server,
// and two houses of one owner must not lock each other out.
func passwords(owner string, given map[string]string) (map[string]string, error) {
	cfg, err := pgx.ParseConfig(owner)
	if err != nil {
		return nil, fmt.Errorf("W2W_DATABASE_URL: %w", err)
	}
	secret := []byte(cfg.Password)
	if len(secret) == 0 {
		secret = []byte(rand.Text())
	}
	all := map[string]string{}
	for _, s := range Schemas() {
		if all[s.Name] = given[s.Name]; all[s.Name] == "" {
			mac := hmac.New(sha256.New, secret)
			mac.Write([]byte(roleOf(s.Name)))
			all[s.Name] = hex.EncodeToString(mac.Sum(nil))
		}
	}
	return all, nil
}

const pingTimeout = 2 * time.Second

// ready says whether every service reaches its schema.
func (h *House) ready(c *gin.Context) error {
	ctx, cancel := context.WithTimeout(c, pingTimeout)
	defer cancel()
	for _, p := range h.pools {
		if err := p.Pool().Ping(ctx); err != nil {
			return fault.Wrap(err, fault.Unavailable)
		}
	}
	return nil
}
