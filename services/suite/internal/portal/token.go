package portal

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"w2w/pkg/auth"
)

const renewBefore = time.Minute

// purse keeps a client's token until shortly before its end.
type purse struct {
	mu     sync.Mutex
	issuer string
	token  string
	ends   time.Time
}

// bearer returns a token that is good for a while; one caller fetches it for all.
func (c *Client) bearer(ctx context.Context) (string, error) {
	c.purse.mu.Lock()
	defer c.purse.mu.Unlock()
	if time.Now().Before(c.purse.ends) {
		return c.purse.token, nil
	}
	if err := c.findIssuer(ctx); err != nil {
		return "", fmt.Errorf("token for %s: %w", c.id, err)
	}
	assertion, err := auth.Assertion(c.key, c.id, c.purse.issuer, time.Now())
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
	if err := c.prove(r, ""); err != nil {
		return "", err
	}
	var t struct {
		Access string `json:"access_token"`
		Life   int    `json:"expires_in"`
	}
	if err := c.send(r, &t); err != nil {
		return "", fmt.Errorf("token for %s: %w", c.id, err)
	}
	c.purse.token, c.purse.ends = t.Access, time.Now().Add(time.Duration(t.Life)*time.Second-renewBefore)
	return c.purse.token, nil
}

// findIssuer asks for the gateway's own name (RFC 8414), which may be another than the address it is called by.
func (c *Client) findIssuer(ctx context.Context) error {
	if c.purse.issuer != "" {
		return nil
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.gateway+"/.well-known/oauth-authorization-server", nil)
	if err != nil {
		return err
	}
	var metadata struct {
		Issuer string `json:"issuer"`
	}
	err = c.send(r, &metadata)
	c.purse.issuer = metadata.Issuer
	return err
}

// show puts the token into a call; a bound one needs a proof for each.
func (c *Client) show(r *http.Request, token string) error {
	scheme := "Bearer"
	if c.proof != nil {
		scheme = "DPoP"
	}
	r.Header.Set("Authorization", scheme+" "+token)
	return c.prove(r, token)
}

// prove adds the DPoP proof (RFC 9449) of a client whose tokens are bound.
func (c *Client) prove(r *http.Request, token string) error {
	if c.proof == nil {
		return nil
	}
	target := *r.URL
	target.RawQuery = ""
	raw, err := auth.Prove(*c.proof, auth.ProofRequest{Method: r.Method, URL: target.String(), AccessToken: token}, time.Now())
	r.Header.Set("DPoP", raw)
	return err
}

// forget throws away a token that was refused.
func (c *Client) forget(token string) {
	c.purse.mu.Lock()
	defer c.purse.mu.Unlock()
	if c.purse.token == token {
		c.purse.ends = time.Time{}
	}
}
