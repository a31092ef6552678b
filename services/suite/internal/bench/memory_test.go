package bench

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit"
	"w2w/services/concessions"
	"w2w/services/lsu"
)

const settle = 3 * time.Second // after the start, until the memory is looked at

// BenchmarkMemory starts each service alone, as in a cluster, and looks at its resident memory.
func BenchmarkMemory(b *testing.B) {
	_, db := testkit.URLs(b, concessions.Name, concessions.Migrations()...)
	idle(b, concessions.Name, db)
	_, db = testkit.URLs(b, lsu.Name, lsu.Migrations()...)
	idle(b, lsu.Name, db)
}

func idle(b *testing.B, service, db string) {
	b.Helper()
	a := alone(b, program(b, service), service, db, b.TempDir(), "http://127.0.0.1:1/jwks.json")
	defer a.stop()
	against(b, row{name: "idle memory of " + service + ", against 60 MiB", unit: "MiB", target: 1, atMost: true}, []float64{a.idle()}, []float64{60})
}

// program builds the program of a service.
func program(b *testing.B, service string) string {
	b.Helper()
	bin := filepath.Join(b.TempDir(), service)
	out, err := exec.Command("go", "build", "-trimpath", "-o", bin, "w2w/services/"+service+"/cmd/"+service).CombinedOutput()
	require.NoError(b, err, string(out))
	return bin
}

// lone is a service in a process of its own.
type lone struct {
	b       *testing.B
	cmd     *exec.Cmd
	address string
}

// alone starts the program of a service on its database, with the keys of persons in a folder.
func alone(b *testing.B, bin, service, db, people, jwks string) *lone {
	b.Helper()
	public, internal, own := freeAddress(b), freeAddress(b), "W2W_"+strings.ToUpper(service)
	cmd := exec.Command(bin)
	cmd.Env = append(os.Environ(), "W2W_DATABASE_URL="+db, "W2W_GATEWAY_KEYS_URL="+jwks, "W2W_ADDR="+public,
		"W2W_INTERNAL_ADDR="+internal, own+"_PERSON_KEYS="+people, own+"_MAKE_KEYS=true")
	require.NoError(b, cmd.Start())
	require.Eventually(b, func() bool {
		res, err := http.Get("http://" + internal + "/readyz")
		if err != nil {
			return false
		}
		defer res.Body.Close()
		return res.StatusCode == http.StatusOK
	}, 20*time.Second, 50*time.Millisecond)
	return &lone{b, cmd, "http://" + public}
}

func (a *lone) stop() {
	a.b.Helper()
	require.NoError(a.b, a.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(a.b, a.cmd.Wait())
}

// idle is the resident memory when the service has done nothing for a while, in MiB.
func (a *lone) idle() float64 {
	ctx, cancel := context.WithTimeout(context.Background(), settle)
	defer cancel()
	<-ctx.Done()
	return a.memory("VmRSS")
}

// peak is the most resident memory that act takes, in MiB.
func (a *lone) peak(act func()) float64 {
	a.b.Helper()
	const forgetPeak = "5"
	require.NoError(a.b, os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", a.cmd.Process.Pid), []byte(forgetPeak), 0))
	act()
	return a.memory("VmHWM")
}

func (a *lone) memory(line string) float64 {
	a.b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", a.cmd.Process.Pid))
	require.NoError(a.b, err)
	found := regexp.MustCompile(line + `:\s+(\d+) kB`).FindSubmatch(status)
	require.NotNil(a.b, found, line)
	kib, err := strconv.ParseFloat(string(found[1]), 64)
	require.NoError(a.b, err)
	return kib / 1024
}

func freeAddress(b *testing.B) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	defer l.Close()
	return l.Addr().String()
}
