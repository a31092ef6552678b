package auth

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Rotation turns the keys of a ring's folder: a key is announced, promoted once every verifier may have heard of
// it, retired by its successor and swept away when no token of its can live any more.
type Rotation struct {
	Dir      string
	Announce time.Duration // how long a key is published before it may sign
	Linger   time.Duration // how long a retired key is published
	Now      time.Time
}

// ErrRotation is a step that the state of the ring does not allow.
var ErrRotation = errors.New("key rotation")

// The states of a key of a ring.
const (
	KeyActive  = "active"
	KeyNext    = "next"
	KeyRetired = "retired"
)

// RingKey is a key of a ring, when it was made and since when it has its state. Due is when a next key may sign and when a retired one
// may be swept.
type RingKey struct {
	ID, State        string
	Made, Since, Due time.Time
}

// List shows the keys of the ring: active, next, retired.
func (t Rotation) List() ([]RingKey, error) {
	retired, err := filepath.Glob(filepath.Join(t.Dir, retiredFiles))
	if err != nil {
		return nil, err
	}
	var all []RingKey
	for _, file := range append([]string{filepath.Join(t.Dir, activeFile), filepath.Join(t.Dir, nextFile)}, retired...) {
		key, err := t.describe(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, key)
	}
	return all, nil
}

func (t Rotation) describe(file string) (RingKey, error) {
	key, err := LoadKey(file)
	if err != nil {
		return RingKey{}, err
	}
	info, err := os.Stat(file)
	if err != nil {
		return RingKey{}, err
	}
	k := RingKey{ID: key.ID, State: KeyRetired, Made: key.Made, Since: info.ModTime(), Due: info.ModTime().Add(t.Linger)}
	switch filepath.Base(file) {
	case activeFile:
		k.State, k.Due = KeyActive, time.Time{}
	case nextFile:
		k.State, k.Due = KeyNext, info.ModTime().Add(t.Announce)
	}
	return k, nil
}

// Prepare makes the next key and returns its id; one that waits already stays.
func (t Rotation) Prepare() (string, error) {
	key, err := LoadOrGenerateKey(filepath.Join(t.Dir, nextFile))
	return key.ID, err
}

// Promote lets the next key sign and retires the active one. A key that was announced too short a time ago is
// refused, unless it is forced: then tokens may be refused by verifiers that do not know it yet. Force also begins a
// ring that has no active key.
func (t Rotation) Promote(force bool) error {
	next := filepath.Join(t.Dir, nextFile)
	info, err := os.Stat(next)
	if err != nil {
		return fmt.Errorf("%w: no key was announced: %w", ErrRotation, err)
	}
	if ready := info.ModTime().Add(t.Announce); !force && t.Now.Before(ready) {
		return fmt.Errorf("%w: the next key may sign from %s on", ErrRotation, ready.UTC().Format(time.RFC3339))
	}
	active := filepath.Join(t.Dir, activeFile)
	old, err := LoadKey(active)
	if force && errors.Is(err, fs.ErrNotExist) {
		return os.Rename(next, active)
	}
	if err != nil {
		return err
	}
	if err := t.retire(active, old); err != nil {
		return err
	}
	// The key has its new state from now on.
	return errors.Join(os.Rename(next, active), os.Chtimes(active, t.Now, t.Now))
}

func (t Rotation) retire(active string, old Key) error {
	retired := filepath.Join(t.Dir, "retired-"+old.ID+".pem")
	if err := os.Link(active, retired); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("retire key: %w", err)
	}
	if err := os.Chtimes(retired, t.Now, t.Now); err != nil {
		return fmt.Errorf("retire key: %w", err)
	}
	return nil
}

// Sweep removes retired keys whose tokens have all expired, and returns how many.
func (t Rotation) Sweep() (int, error) {
	return t.remove(func(_ string, info fs.FileInfo) bool { return !t.Now.Before(info.ModTime().Add(t.Linger)) })
}

// Drop removes a key that must not be trusted any longer. The active one can't be dropped: promote another first.
func (t Rotation) Drop(id string) error {
	active, err := LoadKey(filepath.Join(t.Dir, activeFile))
	if err != nil {
		return err
	}
	if active.ID == id {
		return fmt.Errorf("%w: the active key can't be dropped: prepare and promote another first, by force", ErrRotation)
	}
	next, err := LoadKey(filepath.Join(t.Dir, nextFile))
	if err == nil && next.ID == id {
		return os.Remove(filepath.Join(t.Dir, nextFile))
	}
	n, err := t.remove(func(name string, _ fs.FileInfo) bool { return name == "retired-"+id+".pem" })
	if err == nil && n == 0 {
		err = fmt.Errorf("%w: the ring has no key %s", ErrRotation, id)
	}
	return err
}

func (t Rotation) remove(due func(name string, info fs.FileInfo) bool) (int, error) {
	names, err := filepath.Glob(filepath.Join(t.Dir, retiredFiles))
	if err != nil {
		return 0, err
	}
	n := 0
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			return n, err
		}
		if !due(filepath.Base(name), info) {
			continue
		}
		if err := os.Remove(name); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
