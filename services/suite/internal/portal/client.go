// Package portal is a client of the suite as a regional portal would write one: it gets tokens by
// private_key_jwt, sends an Idempotency-Key with each write, and tries again what may be tried again.
package portal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"w2w/pkg/auth"
)

const (
	maxTries    = 6
	renewBefore = time.Minute
)

// Refusal is an answer of the suite that trying again does not change.
type Refusal struct {
	Status  int
	Problem map[string]any
}

// Error names the code and the fields, which hold no personal data.
func (r *Refusal) Error() string {
	return fmt.Sprintf("refused with %d %v: %v %v", r.Status, r.Problem["code"], r.Problem["detail"], r.Problem["errors"])
}

// Code is the problem's stable code.
func (r *Refusal) Code() string {
	code, _ := r.Problem["code"].(string)
	return code
}

// Client calls the suite as one registered client.
type Client struct {
	gateway string
	id      string
	key     auth.Key
	http    *http.Client
	mu      sync.Mutex
	token   string
	ends    time.Time
}

// New returns a client for a credential.
func New(gateway string, c auth.Credential, h *http.Client) (*Client, error) {
	key, err := c.Assertable()
	if err != nil {
		return nil, err
	}
	return &Client{gateway: strings.TrimRight(gateway, "/"), id: c.ID, key: key, http: h}, nil
}

// Call is one request; Body and Into may be nil.
type Call struct {
	Method string
	Path   string
	Key    string // Idempotency-Key
	Match  string // If-Match
	Body   any
	Into   any
}

// Do sends the call until it is answered for good; a write keeps its key, so that it has one effect.
func (c *Client) Do(ctx context.Context, call Call) error {
	body, err := json.Marshal(call.Body)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		pause, err := c.once(ctx, call, body)
		if err == nil || pause == 0 || try == maxTries {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// once sends the call once; a pause means that it may be tried again after it.
func (c *Client) once(ctx context.Context, call Call, body []byte) (pause time.Duration, err error) {
	token, err := c.bearer(ctx)
	if err != nil {
		return 0, err
	}
	r, err := http.NewRequestWithContext(ctx, call.Method, c.gateway+call.Path, nil)
	if err != nil {
		return 0, err
	}
	if call.Body != nil {
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Authorization", "Bearer "+token)
	for name, value := range map[string]string{"Idempotency-Key": call.Key, "If-Match": call.Match} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return 200 * time.Millisecond, err
	}
	defer answer.Body.Close()
	if answer.StatusCode < 300 {
		return 0, decode(answer.Body, call.Into)
	}
	return refusal(answer)
}

func decode(r io.Reader, into any) error {
	if into == nil {
		_, err := io.Copy(io.Discard, r)
		return err
	}
	return json.NewDecoder(r).Decode(into)
}

func refusal(answer *http.Response) (time.Duration, error) {
	r := &Refusal{Status: answer.StatusCode, Problem: map[string]any{}}
	_ = json.NewDecoder(answer.Body).Decode(&r.Problem) // an answer without a problem keeps its status
	switch answer.StatusCode {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusBadGateway:
		seconds, _ := strconv.Atoi(answer.Header.Get("Retry-After"))
		return time.Duration(max(seconds, 1)) * time.Second, r
	}
	return 0, r
}

type tokenAnswer struct {
	Access string `json:"access_token"`
	Life   int    `json:"expires_in"`
}

func (c *Client) bearer(ctx context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Now().Before(c.ends) {
		return c.token, nil
	}
	assertion, err := auth.Assertion(c.key, c.id, c.gateway, time.Now())
	if err != nil {
		return "", err
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_assertion": {assertion},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.gateway+"/oauth2/token", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := c.http.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		_, err := refusal(answer)
		return "", fmt.Errorf("token for %s: %w", c.id, err)
	}
	var t tokenAnswer
	if err := json.NewDecoder(answer.Body).Decode(&t); err != nil {
		return "", fmt.Errorf("token for %s: %w", c.id, err)
	}
	c.token, c.ends = t.Access, time.Now().Add(time.Duration(t.Life)*time.Second-renewBefore)
	return c.token, nil
}

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

// ErrNobody means that no client of the file may do what is needed.
var ErrNobody = errors.New("no client of the file may do this")

// For returns the client of the administration with the scope.
func (b *Book) For(administration, scope string) (*Client, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.credentials {
		if c.Administration != administration || !has(c, scope) {
			continue
		}
		if known, ok := b.clients[c.ID]; ok {
			return known, nil
		}
		made, err := New(b.gateway, c, b.http)
		b.clients[c.ID] = made
		return made, err
	}
	return nil, fmt.Errorf("%w: %s for %s", ErrNobody, scope, administration)
}

func has(c auth.Credential, scope string) bool {
	for _, s := range c.Scopes {
		if s == scope {
			return true
		}
	}
	return false
}
