package auth

import (
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"w2w/pkg/clock"
	"w2w/pkg/fault"
)

const (
	keysFresh  = 3 * time.Minute  // after this a set is fetched again, so that a dropped key is out within 5 minutes
	keysStale  = 24 * time.Hour   // for so long a set serves while its issuer is down
	keysPause  = 30 * time.Second // at most one fetch in this time, whatever ids tokens name
	keysExpiry = 5 * time.Second  // for one fetch
)

// RemoteKeys is a key set fetched from its issuer.
type RemoteKeys struct {
	url    string
	client *http.Client
	now    clock.Clock

	failing atomic.Int64 // since when, in seconds; 0 when the last fetch was good

	mu      sync.Mutex
	keys    Keys
	fetched time.Time // of the set in hand
	tried   time.Time // last attempt
}

// NewRemoteKeys returns the key set at url; nothing is fetched before the first token.
func NewRemoteKeys(url string, client *http.Client, now clock.Clock) *RemoteKeys {
	return &RemoteKeys{url: url, client: client, now: now}
}

// Key implements KeySource. The lock is held while fetching, so that waiting callers share one fetch.
func (r *RemoteKeys) Key(ctx context.Context, id string) (crypto.PublicKey, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	known := r.keys[id] != nil
	if (!known || now.Sub(r.fetched) > keysFresh) && (r.tried.IsZero() || now.Sub(r.tried) >= keysPause) {
		r.tried = now
		r.refresh(ctx, now)
	}
	if r.keys == nil || now.Sub(r.fetched) > keysStale {
		return nil, fault.New(fault.Unavailable, "Le chiavi per verificare il token non sono raggiungibili.",
			"The keys that verify the token can't be reached.")
	}
	return r.keys.Key(ctx, id)
}

// refresh keeps the set in hand when the fetch fails.
func (r *RemoteKeys) refresh(ctx context.Context, now time.Time) {
	// A caller that goes away must not spoil the fetch for the others.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keysExpiry)
	defer cancel()
	keys, err := r.fetch(ctx)
	if err != nil {
		r.failing.CompareAndSwap(0, now.Unix())
		return
	}
	r.keys, r.fetched = keys, now
	r.failing.Store(0)
}

func (r *RemoteKeys) fetch(ctx context.Context) (Keys, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url, nil)
	if err != nil {
		return nil, fmt.Errorf("key set: %w", err)
	}
	res, err := r.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("key set: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("key set: status %d", res.StatusCode)
	}
	var set JWKS
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&set); err != nil {
		return nil, fmt.Errorf("key set: %w", err)
	}
	return usable(set)
}

// usable are the keys of a set that fit here: what others publish beside, of another kind or size, is left out
// (RFC 7517, 5) and must not take the good ones with it.
func usable(set JWKS) (Keys, error) {
	keys := Keys{}
	for _, j := range set.Keys {
		if key, err := j.PublicKey(); err == nil && j.ID != "" && keys[j.ID] == nil {
			keys[j.ID] = key
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("key set: it has no key that can be used")
	}
	return keys, nil
}
