package testkit

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// runAs names the program that the test binary is to be, in place of its tests.
const runAs = "RUN_AS"

// Programs are what a test binary can be in processes of its own, by name.
type Programs map[string]func()

// Main runs the tests, or the program that Launch asked for.
func (p Programs) Main(m *testing.M) {
	if run, ok := p[os.Getenv(runAs)]; ok {
		run()
		return
	}
	os.Exit(m.Run())
}

// Child is a process of the test binary. It ends with the test, and is killed when the tests are.
type Child struct {
	t     testing.TB
	cmd   *exec.Cmd
	said  said
	ended chan struct{}
}

// Launch starts one of the programs with more of an environment.
func Launch(t testing.TB, program string, environ ...string) *Child {
	t.Helper()
	return LaunchWith(t, program, environ)
}

// LaunchWith starts one of the programs with more of an environment, and arguments.
func LaunchWith(t testing.TB, program string, environ []string, args ...string) *Child {
	t.Helper()
	if testing.Short() {
		t.Skip("starts processes")
	}
	self, err := os.Executable()
	require.NoError(t, err)
	c := &Child{t: t, cmd: exec.Command(self, args...), ended: make(chan struct{})}
	c.cmd.Env = append(append(os.Environ(), runAs+"="+program), environ...)
	c.cmd.Stdout, c.cmd.Stderr = &c.said, &c.said
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // Pdeathsig follows the thread
		started <- c.cmd.Start()
		_ = c.cmd.Wait() // the exit code tells
		close(c.ended)
	}()
	require.NoError(t, <-started)
	t.Cleanup(c.Kill)
	return c
}

// PID is the number of the process.
func (c *Child) PID() int { return c.cmd.Process.Pid }

// Said is what the process has written.
func (c *Child) Said() string { return c.said.String() }

// String is what it has written, when a message needs it.
func (c *Child) String() string { return c.Said() }

// Ended is closed when the process has ended.
func (c *Child) Ended() <-chan struct{} { return c.ended }

// Exit waits for the end and returns the exit code.
func (c *Child) Exit(within time.Duration) int {
	c.t.Helper()
	select {
	case <-c.ended:
	case <-time.After(within):
		require.Fail(c.t, "the process does not end", c.Said())
	}
	return c.cmd.ProcessState.ExitCode()
}

// Signal sends a signal to the process.
func (c *Child) Signal(s os.Signal) {
	c.t.Helper()
	require.NoError(c.t, c.cmd.Process.Signal(s))
}

// Terminate tells the process to stop, and wants it to exit with 0 within the grace.
func (c *Child) Terminate(grace time.Duration) {
	c.t.Helper()
	c.Signal(syscall.SIGTERM)
	require.Zero(c.t, c.Exit(grace), c.Said())
}

// Pause keeps the process from doing anything until Resume.
func (c *Child) Pause() { c.Signal(syscall.SIGSTOP) }

// Resume lets it go on.
func (c *Child) Resume() { c.Signal(syscall.SIGCONT) }

// Kill ends the process at once; one that has ended stays so.
func (c *Child) Kill() {
	_ = c.cmd.Process.Kill()
	<-c.ended
}

// FreeAddress is one on which nobody listens.
func FreeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

// said is what a process writes while others read it.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

// String is all of it.
func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}
