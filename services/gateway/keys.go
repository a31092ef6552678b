package gateway

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"

	"w2w/pkg/auth"
	"w2w/services/gateway/internal/domain"
	"w2w/services/gateway/internal/store"
)

// keyring has the two keys that are never mixed: one for outside tokens, one for internal ones.
type keyring struct {
	external, internal             *auth.Signer
	externalPublic, internalPublic auth.JWKS
}

func loadKeys(cfg Config) (keyring, error) {
	load := auth.LoadKey
	if cfg.DevClients {
		load = auth.LoadOrGenerateKey
	}
	external, externalErr := load(filepath.Join(cfg.KeyDir, "external.pem"))
	internal, internalErr := load(filepath.Join(cfg.KeyDir, "internal.pem"))
	if err := errors.Join(externalErr, internalErr); err != nil {
		return keyring{}, err
	}
	if external.ID == internal.ID {
		return keyring{}, errors.New("keys: outside and internal tokens need two different keys")
	}
	k := keyring{external: auth.NewSigner(external, auth.TypeAccess), internal: auth.NewSigner(internal, auth.TypeInternal)}
	var err1, err2 error
	k.externalPublic, err1 = k.external.Public()
	k.internalPublic, err2 = k.internal.Public()
	return k, errors.Join(err1, err2)
}

var clientID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

var kinds = []string{"PORTAL", "INPS", "MINISTRY", "OPERATOR", "OPS"}

// register fills the registry from the clients file: public keys only, and secrets only in development.
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
	client := domain.Client{ID: c.ID, Kind: c.Kind, Administration: c.Administration, Scopes: c.Scopes, Keys: []auth.JWK{key}}
	if c.Secret != "" {
		if !dev {
			return domain.Client{}, fmt.Errorf("client %s: a secret is for development only", c.ID)
		}
		client.SecretHash = domain.HashSecret(c.Secret)
	}
	return client, nil
}
