package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// Credential is one client in a clients file. Key has its private part in the client's own file and only
// the public one in a registry's; Secret exists for development alone.
type Credential struct {
	ID             string   `json:"id"`
	Kind           string   `json:"kind"`
	Administration string   `json:"administration"`
	Scopes         []string `json:"scopes"`
	Key            JWK      `json:"key"`
	Secret         string   `json:"secret,omitempty"`
	Bound          bool     `json:"bound,omitempty"` // its tokens must be bound to a DPoP key
}

// ErrClients is what a clients file that can't be used is.
var ErrClients = errors.New("clients file")

type clientsFile struct {
	Clients []Credential `json:"clients"`
}

// NewCredential makes a client with a fresh key.
func NewCredential(id, kind, administration string, scopes ...string) (Credential, error) {
	key, err := GenerateKey()
	if err != nil {
		return Credential{}, err
	}
	j, err := key.JWK()
	return Credential{ID: id, Kind: kind, Administration: administration, Scopes: scopes, Key: j}, err
}

// Assertable returns the credential's private key.
func (c Credential) Assertable() (Key, error) {
	private, err := c.Key.PrivateKey()
	if err != nil {
		return Key{}, fmt.Errorf("client %s: %w", c.ID, err)
	}
	return newKey(private, c.Key.ID)
}

// ReadClients reads a clients file.
func ReadClients(path string) ([]Credential, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrClients, err)
	}
	var f clientsFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("%w: %s is not readable as JSON", ErrClients, filepath.Base(path))
	}
	return f.Clients, nil
}

// WriteClients writes a clients file that only its owner may read, whole or not at all.
func WriteClients(path string, clients []Credential) error {
	data, err := json.MarshalIndent(clientsFile{Clients: clients}, "", "  ")
	if err != nil {
		return fmt.Errorf("clients file: %w", err)
	}
	if err := renameio.WriteFile(path, append(data, '\n'), 0o600); err != nil {
		return fmt.Errorf("clients file: %w", err)
	}
	return nil
}
