package embedded

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// fallbackRoot takes the data when the folder asked for lies under one that the server's user can't enter.
const fallbackRoot = "/var/lib/w2w"

// noteName is the file in the data folder that says where the data went instead.
const noteName = "postgres-dir"

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
	dir, err := chooseFolder(dataDir, cred)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !os.IsExist(err) {
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
	note := filepath.Join(dataDir, noteName)
	if noted, err := os.ReadFile(note); err == nil {
		return strings.TrimSpace(string(noted)), nil
	}
	near := filepath.Join(dataDir, "postgres")
	if cred == nil || reachable(dataDir) {
		return near, nil
	}
	sum := sha256.Sum256([]byte(dataDir))
	away := filepath.Join(fallbackRoot, hex.EncodeToString(sum[:8]))
	return away, os.WriteFile(note, []byte(away+"\n"), 0o600)
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
