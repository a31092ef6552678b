package auth

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync/atomic"
	"time"

	"w2w/pkg/clock"
)

// The files of a ring. All keys are published; the active one signs, the next one waits until every verifier has
// heard of it, and retired ones stay as long as tokens that they signed may live.
const (
	activeFile   = "active.pem"
	nextFile     = "next.pem"
	retiredFiles = "retired-*.pem"
)

// Ring is the signing keys of one kind of token, kept as a folder of files that may change under it.
type Ring struct {
	dir  string
	held atomic.Pointer[ringKeys]
}

type ringKeys struct {
	active Key
	keys   Keys
	public JWKS
}

// OpenRing reads the ring in a folder.
func OpenRing(dir string) (*Ring, error) {
	r := &Ring{dir: dir}
	return r, r.Reload()
}

// OpenOrMakeRing reads the ring in a folder and makes its active key when there is none: for development.
func OpenOrMakeRing(dir string) (*Ring, error) {
	if _, err := LoadOrGenerateKey(filepath.Join(dir, activeFile)); err != nil {
		return nil, err
	}
	return OpenRing(dir)
}

// Reload reads the folder again; when it can't be read the ring stays as it was. The next key is read first and the
// retired ones last, because a promotion moves keys in this direction: one that happens meanwhile hides none.
func (r *Ring) Reload() error {
	next, err := r.load(nextFile)
	if err != nil {
		return err
	}
	active, err := r.load(activeFile)
	if err == nil && active == nil {
		err = fmt.Errorf("key ring: load key: %s: %w", activeFile, fs.ErrNotExist)
	}
	if err != nil {
		return err
	}
	retired, err := r.retired()
	if err != nil {
		return err
	}
	k := &ringKeys{keys: Keys{}}
	for _, key := range append([]*Key{active, next}, retired...) {
		if err := k.add(key); err != nil {
			return err
		}
	}
	r.held.Store(k)
	return nil
}

// retired reads the keys that only verify; one may be swept away while it is about to be read.
func (r *Ring) retired() (keys []*Key, err error) {
	names, err := filepath.Glob(filepath.Join(r.dir, retiredFiles))
	if err != nil {
		return nil, fmt.Errorf("key ring: %w", err)
	}
	for _, name := range names {
		key, err := r.load(filepath.Base(name))
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// load reads one file of the ring, and nothing where there is none.
func (r *Ring) load(name string) (*Key, error) {
	key, err := LoadKey(filepath.Join(r.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("key ring: %s: %w", name, err)
	}
	return &key, nil
}

// add takes a key; the first is the active one. In the middle of a rotation a key may stand in two files.
func (k *ringKeys) add(key *Key) error {
	if key == nil || k.keys[key.ID] != nil {
		return nil
	}
	public, err := key.Public()
	if err != nil {
		return err
	}
	if len(k.keys) == 0 {
		k.active = *key
	}
	k.keys[key.ID] = &key.private.PublicKey
	k.public.Keys = append(k.public.Keys, public)
	return nil
}

// Watch reloads the ring from time to time until the context ends; what goes wrong is given to report.
func (r *Ring) Watch(ctx context.Context, every time.Duration, report func(error)) {
	clock.Every(ctx, every, func() {
		if err := r.Reload(); err != nil {
			report(err)
		}
	})
}

// Active implements SigningKey.
func (r *Ring) Active() Key { return r.held.Load().active }

// Public is the key set to publish: active, next and retired.
func (r *Ring) Public() JWKS { return r.held.Load().public }

// Key implements KeySource: whoever holds the ring verifies by it at once.
func (r *Ring) Key(ctx context.Context, id string) (crypto.PublicKey, error) {
	return r.held.Load().keys.Key(ctx, id)
}
