package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/google/renameio/v2"
)

// fallbackRoot takes the data when the folder asked for lies under one that the server's user can't enter.
const fallbackRoot = "/var/lib/w2w"

// What is in a data folder: the server's files, or a note that says where they went instead.
const (
	nearName = "postgres"
	noteName = "postgres-dir"
)

// account returns the credential under which the server runs: nil for an ordinary user, who runs it
// as himself; root runs it as postgres, else nobody, because PostgreSQL refuses to be root.
func account() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, fmt.Errorf("neither the user postgres nor nobody exists: PostgreSQL can't run as root")
}

// serverFolder returns the folder for the server's files, made and owned by its user.
func serverFolder(dataDir string, cred *syscall.Credential) (string, error) {
	if err := os.MkdirAll(dataDir, 0o755); err != nil {
		return "", err
	}
	dir, err := chooseFolder(dataDir, cred)
	if err != nil {
		return "", err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	if cred != nil {
		if err := os.Chown(dir, int(cred.Uid), int(cred.Gid)); err != nil {
			return "", err
		}
	}
	return dir, nil
}

func chooseFolder(dataDir string, cred *syscall.Credential) (string, error) {
	if dir, ok := noted(dataDir); ok {
		return dir, nil
	}
	near := filepath.Join(dataDir, nearName)
	if cred == nil || reachable(dataDir) {
		return near, nil
	}
	if _, err := os.Stat(near); err == nil {
		return "", fmt.Errorf("the user of PostgreSQL can't enter %s any more: let others enter it and the folders above it", near)
	}
	away, err := makeAway()
	if err != nil {
		return "", err
	}
	return away, renameio.WriteFile(filepath.Join(dataDir, noteName), []byte(away+"\n"), 0o644)
}

// Folder is where the server of a data folder that has been started keeps its files.
func Folder(dataDir string) string {
	if dir, ok := noted(dataDir); ok {
		return dir
	}
	return filepath.Join(dataDir, nearName)
}

func noted(dataDir string) (dir string, ok bool) {
	text, err := os.ReadFile(filepath.Join(dataDir, noteName))
	return strings.TrimSpace(string(text)), err == nil
}

// makeAway makes a folder that was never used: one named after the data folder would show the data of an
// earlier one of that name, whose keys are gone.
func makeAway() (string, error) {
	if err := os.MkdirAll(fallbackRoot, 0o755); err != nil {
		return "", err
	}
	if err := os.Chmod(fallbackRoot, 0o755); err != nil { // the umask may have closed it
		return "", err
	}
	return os.MkdirTemp(fallbackRoot, "house-")
}

// reachable says whether every folder down to dir may be entered by others.
func reachable(dir string) bool {
	for ; ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil || info.Mode().Perm()&0o001 == 0 {
			return false
		}
		if dir == "/" {
			return true
		}
	}
}
