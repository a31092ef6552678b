package domain

import (
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
)

// renewBefore is how much life an internal token must have left to be handed out.
const renewBefore = 15 * time.Second

// Caller is a verified client with what its token narrows and the end user it speaks for.
type Caller struct {
	Client         string
	Kind           string
	Administration string
	Scope          string
	Purpose        string
	Actor          string
	LoA            string // how surely the actor is known, where its client proved it
}

// Exchange turns a caller into an internal token for one service. Tokens are cached, so that a busy client
// costs one signature in 45 s.
type Exchange struct {
	signer *auth.Signer
	now    clock.Clock
	limit  int

	mu    sync.RWMutex
	cache map[exchangeKey]internalToken
}

type exchangeKey struct {
	caller   Caller
	audience string
}

type internalToken struct {
	raw   string
	key   string // id of the key that signed it: when another key signs, the token may have lost its trust
	txn   string
	from  time.Time
	renew time.Time
}

// serves is false also before the token's time: a clock that was put back would keep one that the services refuse.
func (t internalToken) serves(now time.Time) bool { return !now.Before(t.from) && now.Before(t.renew) }

// NewExchange returns an exchange that signs with the gateway's internal key.
func NewExchange(signer *auth.Signer, now clock.Clock) *Exchange {
	return &Exchange{signer: signer, now: now, limit: 16384, cache: map[exchangeKey]internalToken{}}
}

// Token returns an internal token of the caller for the service, and its txn.
func (e *Exchange) Token(c Caller, service string) (raw, txn string, err error) {
	key, now := exchangeKey{caller: c, audience: service}, e.now()
	e.mu.RLock()
	t, ok := e.cache[key]
	e.mu.RUnlock()
	if ok && t.serves(now) && t.key == e.signer.KeyID() {
		return t.raw, t.txn, nil
	}
	if t, err = e.sign(c, service, now); err != nil {
		return "", "", err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.cache) >= e.limit {
		e.makeRoom(now)
	}
	e.cache[key] = t
	return t.raw, t.txn, nil
}

func (e *Exchange) sign(c Caller, service string, now time.Time) (internalToken, error) {
	kid := e.signer.KeyID()
	txn, err := uuid.NewV7()
	if err != nil {
		return internalToken{}, err
	}
	claims := auth.Claims{
		RegisteredClaims: jwt.RegisteredClaims{Issuer: auth.InternalIssuer, Subject: c.Subject(), Audience: jwt.ClaimStrings{service}},
		Txn:              txn.String(), ClientID: c.Client, ClientKind: c.Kind, Administration: c.Administration, Scope: c.Scope, Purpose: c.Purpose, LoA: c.LoA,
	}
	claims.Lifetime(now, auth.InternalLife)
	raw, err := e.signer.Sign(claims)
	// The signed instants are whole seconds: the renewal counts from the same second.
	from := now.Truncate(time.Second)
	return internalToken{raw: raw, key: kid, txn: claims.Txn, from: from, renew: from.Add(auth.InternalLife - renewBefore)}, err
}

// makeRoom drops what does not serve and, where that is too little, any half: a dropped token is only signed again.
func (e *Exchange) makeRoom(now time.Time) {
	for key, t := range e.cache {
		if !t.serves(now) {
			delete(e.cache, key)
		}
	}
	for key := range e.cache {
		if len(e.cache) <= e.limit/2 {
			return
		}
		delete(e.cache, key)
	}
}

// Subject is the end user that the caller speaks for, or the client itself.
func (c Caller) Subject() string {
	if c.Actor != "" {
		return c.Actor
	}
	return c.Client
}

// Caller joins what a verified outside token says with what the registry says today.
func (c Client) Caller(token auth.Claims, actor string) Caller {
	return Caller{
		Client: c.ID, Kind: c.Kind, Administration: c.Administration,
		Scope: c.Still(token.Scope), Purpose: token.Purpose, Actor: actor,
	}
}
