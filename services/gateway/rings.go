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

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"w2w/pkg/auth"
)

// The folders of the rings that are never mixed: for outside tokens, for internal ones, and for signed answers.
const (
	externalRing = "external"
	internalRing = "internal"
	modiRing     = "modi"
)

// rings are those that the gateway's role needs; the others are nil.
type rings struct {
	external, internal *auth.Ring
	modi               *auth.Ring // of signed answers
}

func openRings(cfg Config) (rings, error) {
	if err := cfg.checkRole(); err != nil {
		return rings{}, err
	}
	if cfg.KeyReload <= 0 {
		return rings{}, errors.New("settings: KEY_RELOAD must be a positive duration")
	}
	var r rings
	var externalErr, internalErr, modiErr error
	if cfg.issues() {
		r.external, externalErr = openRing(cfg, externalRing)
	}
	if cfg.forwards() {
		r.internal, internalErr = openRing(cfg, internalRing)
		r.modi, modiErr = openRing(cfg, modiRing)
	}
	if err := errors.Join(externalErr, internalErr, modiErr); err != nil {
		return r, err
	}
	return r, apart(held(r.external, r.internal, r.modi))
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

// held leaves out the rings that are not at hand.
func held(rings ...*auth.Ring) []*auth.Ring {
	return slices.DeleteFunc(rings, func(r *auth.Ring) bool { return r == nil })
}

// collectors show how old the keys are.
func (r rings) collectors() (all []prometheus.Collector) {
	for use, ring := range map[string]*auth.Ring{externalRing: r.external, internalRing: r.internal, modiRing: r.modi} {
		if ring != nil {
			all = append(all, ring.Collector(use))
		}
	}
	return all
}

// apart refuses a key that stands in two rings: it could sign what the other is for.
func apart(rings []*auth.Ring) error {
	seen := map[string]int{}
	for i, ring := range rings {
		for _, key := range ring.Public().Keys {
			if at, twice := seen[key.ID]; twice && at != i {
				return fmt.Errorf("keys: outside tokens, internal tokens and answers need different keys, and two rings have %s", key.ID)
			}
			seen[key.ID] = i
		}
	}
	return nil
}

// watch follows the rings' folders; a folder that can't be read leaves its ring as it was.
func (r rings) watch(ctx context.Context, every time.Duration, log *zap.Logger) {
	var all sync.WaitGroup
	for _, ring := range held(r.external, r.internal, r.modi) {
		all.Go(func() {
			ring.Watch(ctx, every, func(err error) { log.Error("a key ring can't be read again", zap.Error(err)) })
		})
	}
	all.Wait()
}
