package gateway

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"w2w/pkg/auth"
)

// The folders of the two rings that are never mixed: one for outside tokens, one for internal ones.
const (
	externalRing = "external"
	internalRing = "internal"
)

// rings are those that the gateway's role needs; the other one is nil.
type rings struct{ external, internal *auth.Ring }

func openRings(cfg Config) (rings, error) {
	if err := cfg.checkRole(); err != nil {
		return rings{}, err
	}
	if cfg.KeyReload <= 0 {
		return rings{}, errors.New("settings: KEY_RELOAD must be a positive duration")
	}
	var r rings
	var externalErr, internalErr error
	if cfg.issues() {
		r.external, externalErr = openRing(cfg, externalRing)
	}
	if cfg.forwards() {
		r.internal, internalErr = openRing(cfg, internalRing)
	}
	if err := errors.Join(externalErr, internalErr); err != nil || cfg.Role != RoleAll {
		return r, err
	}
	return r, apart(r.external.Public(), r.internal.Public())
}

func openRing(cfg Config, name string) (*auth.Ring, error) {
	dir := filepath.Join(cfg.KeyDir, name)
	if !cfg.DevClients {
		return auth.OpenRing(dir)
	}
	if err := adopt(dir+".pem", dir); err != nil {
		return nil, err
	}
	return auth.OpenOrMakeRing(dir)
}

// adopt makes the one key of an older data folder the active key of its ring.
func adopt(old, dir string) error {
	active := filepath.Join(dir, "active.pem")
	_, oldErr := os.Stat(old)
	_, activeErr := os.Stat(active)
	if errors.Is(oldErr, fs.ErrNotExist) || activeErr == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("key ring: %w", err)
	}
	return os.Rename(old, active)
}

// apart refuses a key that stands in both rings: it could sign the tokens of the other.
func apart(external, internal auth.JWKS) error {
	for _, key := range external.Keys {
		if slices.ContainsFunc(internal.Keys, func(k auth.JWK) bool { return k.ID == key.ID }) {
			return fmt.Errorf("keys: outside and internal tokens need different keys, and both rings have %s", key.ID)
		}
	}
	return nil
}

// watch follows the rings' folders; a folder that can't be read leaves its ring as it was.
func (r rings) watch(ctx context.Context, every time.Duration, log *zap.Logger) {
	var both sync.WaitGroup
	for _, ring := range []*auth.Ring{r.external, r.internal} {
		if ring == nil {
			continue
		}
		both.Go(func() {
			ring.Watch(ctx, every, func(err error) { log.Error("a key ring can't be read again", zap.Error(err)) })
		})
	}
	both.Wait()
}
