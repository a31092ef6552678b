package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
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

const (
	startTimeout = 30 * time.Second
	stopTimeout  = 3 * time.Second
	pollEvery    = 20 * time.Millisecond
	launches     = 3 // another process may take the free port first
)

// Server is a running private PostgreSQL.
type Server struct {
	dir, bin string
	cred     *syscall.Credential
	lock     *os.File
	port     int
	password string
	cmd      *exec.Cmd
	exited   chan struct{}
	exitErr  error
}

// Start starts the server whose data lives under dataDir, and creates it the first time.
func Start(ctx context.Context, dataDir string) (*Server, error) {
	if _, err := binaries(""); err != nil {
		return nil, err
	}
	dataDir, err := filepath.Abs(dataDir)
	if err != nil {
		return nil, err
	}
	s := &Server{}
	if s.cred, err = account(); err != nil {
		return nil, err
	}
	if s.dir, err = serverFolder(dataDir, s.cred); err != nil {
		return nil, fmt.Errorf("folder for PostgreSQL: %w", err)
	}
	if s.lock, err = awaitLock(ctx, filepath.Join(s.dir, LockName)); err != nil {
		return nil, fmt.Errorf("folder for PostgreSQL: %w", err)
	}
	if err := errors.Join(s.initialise(ctx), ctx.Err()); err != nil {
		_ = s.lock.Close()
		return nil, err
	}
	return s, s.launch(ctx)
}

// URL is the address of the database for its superuser, who owns the schemas.
func (s *Server) URL() string {
	return fmt.Sprintf("postgres://%s:%s@127.0.0.1:%d/%s?sslmode=disable", Admin, s.password, s.port, Database)
}

// Dir is the folder that holds the server's files.
func (s *Server) Dir() string { return s.dir }

// Exited is closed when the server has ended.
func (s *Server) Exited() <-chan struct{} { return s.exited }

// Stop asks for a fast shutdown and waits for the end; a server that does not come to it ends at once and
// recovers at its next start.
func (s *Server) Stop() {
	defer s.lock.Close()
	_ = s.cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-s.exited:
	case <-time.After(stopTimeout):
		_ = s.cmd.Process.Signal(syscall.SIGQUIT)
		<-s.exited
	}
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

var errEnded = errors.New("PostgreSQL ended at start")

func (s *Server) launch(ctx context.Context) (err error) {
	for range launches {
		if err = s.start(); err != nil {
			return errors.Join(err, s.lock.Close())
		}
		if err = s.awaitReady(ctx); !errors.Is(err, errEnded) {
			break
		}
	}
	if err != nil {
		s.Stop()
	}
	return err
}

func (s *Server) start() (err error) {
	if s.port, err = freePort(); err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(s.dir, logName), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	s.cmd = exec.Command(filepath.Join(s.bin, "postgres"), "-D", clusterName, "-p", strconv.Itoa(s.port), "-k", "",
		"-c", "listen_addresses=127.0.0.1", "-c", "max_connections=120", "-c", "shared_buffers=128MB")
	s.cmd.Stdout, s.cmd.Stderr = log, log
	ended, err := s.run(s.cmd)
	if err != nil {
		return err
	}
	exited := make(chan struct{})
	s.exited = exited
	go func() {
		s.exitErr = <-ended
		close(exited)
	}()
	return nil
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
			return fmt.Errorf("%w (%w); its log is %s", errEnded, errors.Join(s.exitErr, err), filepath.Join(s.dir, logName))
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL did not answer: %w", err)
		case <-time.After(pollEvery):
		}
	}
}

func alreadyThere(err error) bool {
	var state interface{ SQLState() string }
	return errors.As(err, &state) && state.SQLState() == "42P04"
}
