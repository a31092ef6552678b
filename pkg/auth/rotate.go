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

// Prepare makes the next key and returns its id; one that waits already stays.
func (t Rotation) Prepare() (string, error) {
	key, err := LoadOrGenerateKey(filepath.Join(t.Dir, nextFile))
	return key.ID, err
}

// Promote lets the next key sign and retires the active one. A key that was announced too short a time ago is
// refused, unless it is forced: then tokens may be refused by verifiers that do not know it yet.
func (t Rotation) Promote(force bool) error {
	next := filepath.Join(t.Dir, nextFile)
	info, err := os.Stat(next)
	if err != nil {
		return fmt.Errorf("no key was announced: %w", err)
	}
	if ready := info.ModTime().Add(t.Announce); !force && t.Now.Before(ready) {
		return fmt.Errorf("the next key may sign from %s on", ready.UTC().Format(time.RFC3339))
	}
	active := filepath.Join(t.Dir, activeFile)
	old, err := LoadKey(active)
	if err != nil {
		return err
	}
	retired := filepath.Join(t.Dir, "retired-"+old.ID+".pem")
	if err := os.Link(active, retired); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("retire key: %w", err)
	}
	if err := os.Chtimes(retired, t.Now, t.Now); err != nil {
		return fmt.Errorf("retire key: %w", err)
	}
	return os.Rename(next, active)
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
		return errors.New("the active key can't be dropped: prepare and promote another first, by force")
	}
	next, err := LoadKey(filepath.Join(t.Dir, nextFile))
	if err == nil && next.ID == id {
		return os.Remove(filepath.Join(t.Dir, nextFile))
	}
	n, err := t.remove(func(name string, _ fs.FileInfo) bool { return name == "retired-"+id+".pem" })
	if err == nil && n == 0 {
		err = fmt.Errorf("the ring has no key %s", id)
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
