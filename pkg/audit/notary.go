package audit

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/golang-jwt/jwt/v5"
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/fault"
)

// TypeCheckpoint is the `typ` of a signed checkpoint, a JWS that can be kept by another party.
const TypeCheckpoint = "audit-checkpoint+jwt"

type checkpointClaims struct {
	jwt.RegisteredClaims
	Position int64  `json:"position"`
	Hash     string `json:"hash"`
}

// Notary signs the checkpoints of one service, so that whoever keeps one can also prove whose it is.
type Notary struct {
	service string
	key     auth.Key
	now     clock.Clock
}

// NewNotary returns the notary of a service; the key signs nothing else.
func NewNotary(service string, key auth.Key, now clock.Clock) *Notary {
	return &Notary{service, key, now}
}

// OpenNotary returns the notary with the key in a file, which is made when it is missing and create is set. Without
// a file there is no notary: checkpoints are published unsigned.
func OpenNotary(service, file string, create bool, now clock.Clock) (*Notary, error) {
	if file == "" {
		return nil, nil
	}
	load := auth.LoadKey
	if create {
		load = auth.LoadOrGenerateKey
	}
	key, err := load(file)
	if err != nil {
		return nil, fmt.Errorf("audit key: %w", err)
	}
	return NewNotary(service, key, now), nil
}

// Collector shows when the key was made; without a notary it shows nothing.
func (n *Notary) Collector() prometheus.Collector {
	return auth.NewKeyCollector("audit", func() ([]auth.RingKey, error) {
		if n == nil {
			return nil, nil
		}
		return []auth.RingKey{{State: auth.KeyActive, Made: n.key.Made}}, nil
	})
}

// Text is the checkpoint as it is published: signed where there is a notary who can.
func (n *Notary) Text(c Checkpoint) string {
	if n != nil {
		if raw, err := n.Sign(c); err == nil {
			return raw
		}
	}
	return c.String()
}

// Sign returns the checkpoint as a compact JWS.
func (n *Notary) Sign(c Checkpoint) (string, error) {
	claims := checkpointClaims{Position: c.Position, Hash: hex.EncodeToString(c.Hash)}
	claims.Issuer, claims.IssuedAt = n.service, jwt.NewNumericDate(n.now())
	return auth.NewSigner(n.key, TypeCheckpoint).Sign(claims)
}

// ReadCheckpoint verifies a signed checkpoint and says whose it is. It never expires.
func ReadCheckpoint(raw string, keys auth.KeySource) (service string, c Checkpoint, err error) {
	var claims checkpointClaims
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"ES256"}), jwt.WithStrictDecoding(), jwt.WithoutClaimsValidation())
	_, err = parser.ParseWithClaims(raw, &claims, func(t *jwt.Token) (any, error) {
		if t.Header["typ"] != TypeCheckpoint {
			return nil, errors.New("it is a token of another type")
		}
		id, _ := t.Header["kid"].(string)
		return keys.Key(context.Background(), id)
	})
	if err != nil {
		return "", c, fmt.Errorf("signed checkpoint: %w", err)
	}
	c, err = ParseCheckpoint(fmt.Sprintf("%d:%s", claims.Position, claims.Hash))
	return claims.Issuer, c, err
}

// Head is the last link of the chain; false when nothing is sealed yet.
func Head(ctx context.Context, db *database.DB) (c Checkpoint, sealed bool, err error) {
	err = db.Read(ctx, "", func(b *pgx.Batch) {
		b.Queue(`select position, hash from audit_chain order by position desc limit 1`).
			QueryRow(func(r pgx.Row) error { return r.Scan(&c.Position, &c.Hash) })
	})
	if fault.Is(err, fault.NotFound) {
		return c, false, nil
	}
	return c, err == nil, err
}

// CheckpointPath is where a service's internal handler serves its signed head, and KeyPath the key that verifies it.
const (
	CheckpointPath = "/internal/audit-checkpoint"
	KeyPath        = "/internal/audit-keys.json"
)

// Serve puts the signed head of the chain, 204 while nothing is sealed, and the key before another handler. Without
// a notary there is nothing to serve.
func (n *Notary) Serve(db *database.DB, others http.Handler) http.Handler {
	if n == nil {
		return others
	}
	mux := http.NewServeMux()
	mux.Handle("/", others)
	mux.HandleFunc("GET "+CheckpointPath, func(w http.ResponseWriter, r *http.Request) { n.head(w, r, db) })
	mux.HandleFunc("GET "+KeyPath, func(w http.ResponseWriter, _ *http.Request) {
		set, err := n.Keys()
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(set) // a reader that goes away is no failure
	})
	return mux
}

// Keys is the key set that verifies what the notary signs.
func (n *Notary) Keys() (auth.JWKS, error) {
	public, err := n.key.Public()
	return auth.JWKS{Keys: []auth.JWK{public}}, err
}

func (n *Notary) head(w http.ResponseWriter, r *http.Request, db *database.DB) {
	head, sealed, err := Head(r.Context(), db)
	var raw string
	if err == nil && sealed {
		raw, err = n.Sign(head)
	}
	switch {
	case err != nil:
		w.WriteHeader(http.StatusServiceUnavailable)
	case !sealed:
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Content-Type", "application/jose")
		_, _ = w.Write([]byte(raw + "\n")) // a reader that goes away is no failure
	}
}
