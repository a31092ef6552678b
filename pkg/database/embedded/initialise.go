package embedded

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/google/renameio/v2"
)

// What is in the server's folder. A cluster is made under another name first, so that one whose making was
// broken off is never taken for a whole one.
const (
	clusterName  = "main"
	unfinished   = "main.new"
	passwordName = "password"
	logName      = "log"
)

// LockName is the file in the server's folder that the server holds as long as it lives.
const LockName = "lock"

func (s *Server) initialise(ctx context.Context) (err error) {
	if s.password, err = s.readPassword(); err != nil {
		return err
	}
	version, _ := os.ReadFile(filepath.Join(s.dir, clusterName, "PG_VERSION")) // a new folder has none
	if s.bin, err = binaries(strings.TrimSpace(string(version))); err != nil || len(version) > 0 {
		return err
	}
	if err := os.RemoveAll(filepath.Join(s.dir, unfinished)); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, "initdb"), "-D", unfinished, "-U", Admin, "--auth=scram-sha-256",
		"--pwfile="+passwordName, "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums")
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	ended, err := s.run(cmd)
	if err == nil {
		err = <-ended
	}
	if err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out.String())
	}
	return os.Rename(filepath.Join(s.dir, unfinished), filepath.Join(s.dir, clusterName))
}

// readPassword returns the superuser's password, which is made the first time.
func (s *Server) readPassword() (string, error) {
	name := filepath.Join(s.dir, passwordName)
	if raw, err := os.ReadFile(name); err == nil {
		return strings.TrimSpace(string(raw)), nil
	}
	secret := make([]byte, 24)
	if _, err := rand.Read(secret); err != nil {
		return "", err
	}
	password := hex.EncodeToString(secret)
	if err := renameio.WriteFile(name, []byte(password), 0o600); err != nil || s.cred == nil {
		return password, err
	}
	return password, os.Chown(name, int(s.cred.Uid), int(s.cred.Gid))
}

// run starts a program of PostgreSQL and tells its end. The thread that started it stays for the program's whole
// life, since Pdeathsig follows the thread: when this process dies, however it dies, the program shuts down. It
// holds the lock as long as it lives, and a group of its own keeps the terminal's Ctrl-C away from it.
func (s *Server) run(cmd *exec.Cmd) (<-chan error, error) {
	cmd.Dir, cmd.ExtraFiles = s.dir, []*os.File{s.lock}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.cred, Setpgid: true, Pdeathsig: syscall.SIGINT}
	started, ended := make(chan error), make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			ended <- cmd.Wait()
		}
	}()
	return ended, <-started
}
