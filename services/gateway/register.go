package gateway

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"w2w/pkg/auth"
	"w2w/services/gateway/internal/domain"
	"w2w/services/gateway/internal/store"
)

var clientID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

var kinds = []string{"PORTAL", "INPS", "MINISTRY", "OPERATOR", "OPS"}

// register fills the registry from the clients file: public keys only, and secrets only in development. Outside
// development the file counts only until the registry has one who can propose a change and another who can approve
// it: from then on nobody changes it alone.
func register(ctx context.Context, cfg Config, registry store.Clients) error {
	if cfg.ClientsFile == "" {
		return nil
	}
	credentials, err := auth.ReadClients(cfg.ClientsFile)
	if err != nil {
		return err
	}
	clients := make([]domain.Client, 0, len(credentials))
	for _, c := range credentials {
		client, err := asClient(c, cfg.DevClients)
		if err != nil {
			return err
		}
		clients = append(clients, client)
	}
	governed, err := registry.Governed(ctx)
	if err != nil || governed && !cfg.DevClients {
		return err
	}
	return registry.Put(ctx, clients)
}

func asClient(c auth.Credential, dev bool) (domain.Client, error) {
	key := c.Key.Public()
	if _, err := key.PublicKey(); err != nil {
		return domain.Client{}, fmt.Errorf("client %s: %w", c.ID, err)
	}
	if !clientID.MatchString(c.ID) || !slices.Contains(kinds, c.Kind) || c.Administration == "" || len(c.Scopes) == 0 {
		return domain.Client{}, fmt.Errorf("client %q: id, kind, administration or scopes are missing or malformed", c.ID)
	}
	client := domain.Client{ID: c.ID, Kind: c.Kind, Administration: c.Administration, Scopes: c.Scopes, Keys: []auth.JWK{key}, Bound: c.Bound}
	if c.Secret != "" {
		if !dev {
			return domain.Client{}, fmt.Errorf("client %s: a secret is for development only", c.ID)
		}
		client.SecretHash = domain.HashSecret(c.Secret)
	}
	return client, nil
}
