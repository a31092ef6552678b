package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ErrNoServer means that no server was ever started in a data folder.
var ErrNoServer = errors.New("no PostgreSQL of its own")

// Reach returns the address of the server of a data folder for its superuser: of the one that another process runs,
// else of one that it starts, and that release stops.
func Reach(ctx context.Context, dataDir string) (address string, release func(), err error) {
	dir := Folder(dataDir)
	if _, err := os.Stat(filepath.Join(dir, clusterName)); err != nil {
		return "", nil, fmt.Errorf("%s has %w: %w", dataDir, ErrNoServer, err)
	}
	held, err := lock(filepath.Join(dir, LockName), 0)
	switch {
	case errors.Is(err, ErrInUse):
		address, err = running(dir)
		return address, func() {}, err
	case err != nil:
		return "", nil, err
	}
	_ = held.Close() // Start takes it again
	s, err := Start(ctx, dataDir)
	if err != nil {
		return "", nil, err
	}
	return s.URL(), s.Stop, nil
}

// portLine is the line of postmaster.pid that has the port.
const portLine = 3

// running is the address of the server that another process has started.
func running(dir string) (string, error) {
	note, err := os.ReadFile(filepath.Join(dir, clusterName, "postmaster.pid"))
	if err != nil {
		return "", fmt.Errorf("PostgreSQL is starting or stopping: %w", err)
	}
	lines := strings.Split(string(note), "\n")
	if len(lines) <= portLine {
		return "", errors.New("PostgreSQL is starting: its note of the port is not written yet")
	}
	port, err := strconv.Atoi(lines[portLine])
	if err != nil {
		return "", fmt.Errorf("port of PostgreSQL: %w", err)
	}
	password, err := os.ReadFile(filepath.Join(dir, passwordName))
	if err != nil {
		return "", fmt.Errorf("password of PostgreSQL: %w", err)
	}
	s := Server{port: port, password: strings.TrimSpace(string(password))}
	return s.URL(), nil
}
