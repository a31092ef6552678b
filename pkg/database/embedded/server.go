package embedded

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Admin is the name of the superuser, Database of the one database.
const (
	Admin    = "app"
	Database = "w2w"
)

const startTimeout = 30 * time.Second

// Server is a running private PostgreSQL.
type Server struct {
	dir      string
	port     int
	password string
	cmd      *exec.Cmd
	exited   chan struct{}
	exitErr  error
}

// Start starts the server whose data lives under dataDir, and creates it the first time.
func Start(ctx context.Context, dataDir string) (*Server, error) {
	bin, err := Binaries()
	if err != nil {
		return nil, err
	}
	if dataDir, err = filepath.Abs(dataDir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dataDir, 0o755); err != nil {
		return nil, err
	}
	cred, err := account()
	if err != nil {
		return nil, err
	}
	dir, err := serverFolder(dataDir, cred)
	if err != nil {
		return nil, fmt.Errorf("folder for PostgreSQL: %w", err)
	}
	s := &Server{dir: dir, exited: make(chan struct{})}
	if err := s.initialise(ctx, bin, cred); err != nil {
		return nil, err
	}
	if err := s.launch(bin, cred); err != nil {
		return nil, err
	}
	if err := s.awaitReady(ctx); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// URL is the address of the database for its superuser, who owns the schemas.
func (s *Server) URL() string {
	return fmt.Sprintf("postgres://%s:%s@127.0.0.1:%d/%s?sslmode=disable", Admin, s.password, s.port, Database)
}

// Dir is the folder that holds the server's files.
func (s *Server) Dir() string { return s.dir }

// Stop asks for a fast shutdown and waits for the end.
func (s *Server) Stop() {
	_ = s.cmd.Process.Signal(syscall.SIGINT)
	<-s.exited
}

func (s *Server) initialise(ctx context.Context, bin string, cred *syscall.Credential) error {
	passwordFile := filepath.Join(s.dir, "password")
	if raw, err := os.ReadFile(passwordFile); err == nil {
		s.password = strings.TrimSpace(string(raw))
	} else {
		secret := make([]byte, 24)
		if _, err := rand.Read(secret); err != nil {
			return err
		}
		s.password = hex.EncodeToString(secret)
		if err := writeFor(cred, passwordFile, s.password); err != nil {
			return err
		}
	}
	if _, err := os.Stat(filepath.Join(s.dir, "main", "PG_VERSION")); err == nil {
		return nil
	}
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", "main", "-U", Admin, "--auth=scram-sha-256",
		"--pwfile=password", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums")
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: cred}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return nil
}

func writeFor(cred *syscall.Credential, name, content string) error {
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil || cred == nil {
		return err
	}
	return os.Chown(name, int(cred.Uid), int(cred.Gid))
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// launch keeps the thread that started the server for its whole life, since Pdeathsig follows the thread:
// when this process dies, however it dies, the server shuts down.
func (s *Server) launch(bin string, cred *syscall.Credential) (err error) {
	if s.port, err = freePort(); err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	s.cmd = exec.Command(filepath.Join(bin, "postgres"), "-D", "main", "-p", strconv.Itoa(s.port), "-k", "",
		"-c", "listen_addresses=127.0.0.1", "-c", "max_connections=120", "-c", "shared_buffers=128MB")
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = s.dir, log, log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: cred, Setpgid: true, Pdeathsig: syscall.SIGINT}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer log.Close()
		err := s.cmd.Start()
		started <- err
		if err == nil {
			s.exitErr = s.cmd.Wait()
			close(s.exited)
		}
	}()
	return <-started
}

func (s *Server) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	admin := strings.Replace(s.URL(), "/"+Database+"?", "/postgres?", 1)
	for {
		conn, err := pgx.Connect(ctx, admin)
		if err == nil {
			defer conn.Close(ctx)
			_, err = conn.Exec(ctx, "create database "+Database)
			if err != nil && !alreadyThere(err) {
				return err
			}
			return nil
		}
		select {
		case <-s.exited:
			return fmt.Errorf("PostgreSQL ended at start (%w); its log is %s", errors.Join(s.exitErr, err), filepath.Join(s.dir, "log"))
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL did not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func alreadyThere(err error) bool {
	var state interface{ SQLState() string }
	return errors.As(err, &state) && state.SQLState() == "42P04"
}
