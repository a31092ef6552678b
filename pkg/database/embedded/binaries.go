// Package embedded runs a private PostgreSQL for one process: loopback only, under an unprivileged user,
// with its data kept between runs.
package embedded

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
)

// ErrNoBinaries says what to do when PostgreSQL is not installed.
var ErrNoBinaries = errors.New("PostgreSQL is not installed: install the package postgresql (Debian: apt-get install postgresql) or set PGBIN to the folder that holds initdb and postgres")

// binaries finds the folder with initdb and postgres: $PGBIN and no other when it is set, then Debian's of the
// version that wrote the data, the newest of Debian's, the PATH.
func binaries(version string) (string, error) {
	if chosen := os.Getenv("PGBIN"); chosen != "" {
		if !complete(chosen) {
			return "", fmt.Errorf("PGBIN=%s holds no initdb and postgres", chosen)
		}
		return chosen, nil
	}
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.SortFunc(debian, func(a, b string) int { return major(b) - major(a) })
	candidates := append([]string{filepath.Join("/usr/lib/postgresql", version, "bin")}, debian...)
	if found, err := exec.LookPath("postgres"); err == nil {
		if target, err := filepath.EvalSymlinks(found); err == nil {
			candidates = append(candidates, filepath.Dir(target))
		}
	}
	for _, dir := range candidates {
		if complete(dir) {
			return dir, nil
		}
	}
	return "", ErrNoBinaries
}

func major(dir string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
	return n
}

func complete(dir string) bool { return executable(dir, "initdb") && executable(dir, "postgres") }

func executable(dir, name string) bool {
	info, err := os.Stat(filepath.Join(dir, name))
	return err == nil && info.Mode()&0o111 != 0
}
