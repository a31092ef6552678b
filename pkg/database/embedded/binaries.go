// Package embedded runs a private PostgreSQL for one process: loopback only, under an unprivileged user,
// with its data kept between runs.
package embedded

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
)

// ErrNoBinaries says what to do when PostgreSQL is not installed.
var ErrNoBinaries = errors.New("PostgreSQL is not installed: install the package postgresql (Debian: apt-get install postgresql) or set PGBIN to the folder that holds initdb and postgres")

// Binaries finds the folder with initdb and postgres: $PGBIN, the newest of Debian's, then the PATH.
func Binaries() (string, error) {
	candidates := []string{os.Getenv("PGBIN")}
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	sort.Slice(debian, func(i, j int) bool { return major(debian[i]) > major(debian[j]) })
	candidates = append(candidates, debian...)
	if found, err := exec.LookPath("postgres"); err == nil {
		if target, err := filepath.EvalSymlinks(found); err == nil {
			candidates = append(candidates, filepath.Dir(target))
		}
	}
	for _, dir := range candidates {
		if dir != "" && executable(dir, "initdb") && executable(dir, "postgres") {
			return dir, nil
		}
	}
	return "", ErrNoBinaries
}

func major(dir string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
	return n
}

func executable(dir, name string) bool {
	info, err := os.Stat(filepath.Join(dir, name))
	return err == nil && info.Mode()&0o111 != 0
}
