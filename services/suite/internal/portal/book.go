package portal

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"w2w/pkg/auth"
)

// Book finds the client of an administration that holds a scope.
type Book struct {
	credentials []auth.Credential
	gateway     string
	http        *http.Client
	mu          sync.Mutex
	clients     map[string]*Client
}

// NewBook holds all credentials of a clients file.
func NewBook(gateway string, credentials []auth.Credential) *Book {
	transport := &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute}
	return &Book{credentials: credentials, gateway: gateway, clients: map[string]*Client{},
		http: &http.Client{Transport: transport, Timeout: time.Minute}}
}

// Gateway is the address that the clients call.
func (b *Book) Gateway() string { return b.gateway }

// ErrNobody means that no client of the file may do what is needed.
var ErrNobody = errors.New("no client of the file may do this")

// For returns the client of the administration with the scope.
func (b *Book) For(administration, scope string) (*Client, error) {
	for _, c := range b.credentials {
		if c.Administration == administration && slices.Contains(c.Scopes, scope) {
			return b.client(c)
		}
	}
	return nil, fmt.Errorf("%w: %s for %s", ErrNobody, scope, administration)
}

// Another returns a client of the administration with the scope that is not the one given: the second of two people.
func (b *Book) Another(administration, scope string, than *Client) (*Client, error) {
	for _, c := range b.credentials {
		if c.ID != than.id && c.Administration == administration && slices.Contains(c.Scopes, scope) {
			return b.client(c)
		}
	}
	return nil, fmt.Errorf("%w: %s for %s, as another than %s", ErrNobody, scope, administration, than.id)
}

// Named returns the client with the id.
func (b *Book) Named(id string) (*Client, error) {
	i := slices.IndexFunc(b.credentials, func(c auth.Credential) bool { return c.ID == id })
	if i < 0 {
		return nil, fmt.Errorf("%w: there is no %s", ErrNobody, id)
	}
	return b.client(b.credentials[i])
}

// Holder returns the id of the first client with the scope that is not the excepted one.
func (b *Book) Holder(scope, except string) (string, error) {
	for _, c := range b.credentials {
		if c.ID != except && slices.Contains(c.Scopes, scope) {
			return c.ID, nil
		}
	}
	return "", fmt.Errorf("%w: %s", ErrNobody, scope)
}

func (b *Book) client(c auth.Credential) (*Client, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if known, ok := b.clients[c.ID]; ok {
		return known, nil
	}
	made, err := New(b.gateway, c, b.http)
	if err == nil {
		b.clients[c.ID] = made
	}
	return made, err
}

// Administrations are those whose client holds the scope, without the ones that act for all.
func (b *Book) Administrations(scope string) []string {
	var all []string
	for _, c := range b.credentials {
		if c.Administration != auth.AllAdministrations && slices.Contains(c.Scopes, scope) && !slices.Contains(all, c.Administration) {
			all = append(all, c.Administration)
		}
	}
	return all
}

// Holders returns all clients of the administration, or of any when it is empty, with the scope, in the order of the file.
func (b *Book) Holders(administration, scope string) ([]*Client, error) {
	var all []*Client
	for _, c := range b.credentials {
		if !slices.Contains(c.Scopes, scope) || administration != "" && administration != c.Administration {
			continue
		}
		client, err := b.client(c)
		if err != nil {
			return nil, err
		}
		all = append(all, client)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrNobody, scope)
	}
	return all, nil
}
