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
	"strings"
	"time"

	"w2w/pkg/auth"
)

// A call is tried for about half a minute, so that a suite may be started again meanwhile.
const (
	maxTries   = 10
	firstPause = 200 * time.Millisecond
	maxPause   = 5 * time.Second
)

// Client calls the suite as one registered client.
type Client struct {
	gateway string
	id      string
	key     auth.Key
	http    *http.Client
	proof   *auth.Key // of DPoP, when its tokens are bound; it lives as long as the client
	purse   purse
}

// New returns a client for a credential.
func New(gateway string, c auth.Credential, h *http.Client) (*Client, error) {
	key, err := c.Assertable()
	if err != nil {
		return nil, err
	}
	client := &Client{gateway: strings.TrimRight(gateway, "/"), id: c.ID, key: key, http: h}
	if c.Bound {
		proof, err := auth.GenerateKey()
		if err != nil {
			return nil, err
		}
		client.proof = &proof
	}
	return client, nil
}

// Call is one request; Body and Into may be nil, and a Body that is a File is sent as it is.
type Call struct {
	Method string
	Path   string
	Key    string // Idempotency-Key
	Match  string // If-Match
	Body   any
	Into   any
}

// File is a body that is no JSON.
type File struct {
	Media string
	Data  []byte
}

// bytes are the body as it is sent.
func (c Call) bytes() (File, error) {
	if f, ok := c.Body.(File); ok {
		return f, nil
	}
	data, err := json.Marshal(c.Body)
	return File{"application/json", data}, err
}

// Do sends the call until it is answered for good; a write keeps its key, so that it has one effect.
func (c *Client) Do(ctx context.Context, call Call) error {
	body, err := call.bytes()
	if err != nil {
		return err
	}
	for try, pause := 1, firstPause; ; try, pause = try+1, min(2*pause, maxPause) {
		err := c.once(ctx, call, body)
		var retry again
		if !errors.As(err, &retry) || try == maxTries {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(max(pause, retry.pause)):
		}
	}
}

// Once sends the call a single time: for counting what fails.
func (c *Client) Once(ctx context.Context, call Call) error {
	body, err := call.bytes()
	if err != nil {
		return err
	}
	return c.once(ctx, call, body)
}

func (c *Client) once(ctx context.Context, call Call, body File) error {
	token, err := c.bearer(ctx)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, call.Method, c.gateway+call.Path, nil)
	if err != nil {
		return err
	}
	if call.Body != nil {
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body.Data)), int64(len(body.Data))
		r.Header.Set("Content-Type", body.Media)
	}
	if err := c.show(r, token); err != nil {
		return err
	}
	for name, value := range map[string]string{"Idempotency-Key": call.Key, "If-Match": call.Match} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	err = c.send(r, call.Into)
	var refused *Refusal
	if errors.As(err, &refused) && refused.Status == http.StatusUnauthorized {
		c.forget(token)
		return again{err, 0}
	}
	return err
}

// send makes a request and reads its answer; one that got lost on its way may be sent again.
func (c *Client) send(r *http.Request, into any) error {
	answer, err := c.http.Do(r)
	if err != nil {
		return lost(r, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= http.StatusMultipleChoices {
		return refusal(answer)
	}
	if into == nil {
		_, err = io.Copy(io.Discard, answer.Body)
	} else {
		err = json.NewDecoder(answer.Body).Decode(into)
	}
	if err != nil {
		return lost(r, fmt.Errorf("the answer broke off: %w", err))
	}
	return nil
}

func lost(r *http.Request, err error) error {
	if r.Context().Err() != nil {
		return r.Context().Err()
	}
	return again{err, 0}
}
