package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// ErrInUse means that another process works on the same data.
var ErrInUse = errors.New("in use by another process")

// lockWait is how long a server that lost its parent may take to end.
const lockWait = 20 * time.Second

// Lock takes a file that one process at a time may hold, with those that it hands the file to; it falls to the
// next when all of them are gone, however they ended.
func Lock(path string) (*os.File, error) { return lock(path, os.O_CREATE) }

func lock(path string, create int) (*os.File, error) {
	f, err := os.OpenFile(path, create|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s is %w", filepath.Dir(path), ErrInUse)
	}
	return f, nil
}

// awaitLock waits for the server of a killed process: it holds the lock until it has shut down.
func awaitLock(ctx context.Context, path string) (*os.File, error) {
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	for {
		f, err := Lock(path)
		if !errors.Is(err, ErrInUse) {
			return f, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(pollEvery):
		}
	}
}

// Discard removes a data folder and what its server left, unless it is in use or was never locked.
func Discard(dataDir string) error {
	dir := Folder(dataDir)
	if _, err := os.Stat(dir); err == nil {
		held, err := lock(filepath.Join(dir, LockName), 0)
		if err != nil {
			return err
		}
		defer held.Close()
	}
	return errors.Join(os.RemoveAll(dir), os.RemoveAll(dataDir))
}
