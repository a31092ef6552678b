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
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit"
	"w2w/services/concessions"
)

const settle = 3 * time.Second // after the start, until the memory is looked at

var resident = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// BenchmarkMemory starts the concessions service alone, as in a cluster, and looks at its resident memory.
func BenchmarkMemory(b *testing.B) {
	bin := filepath.Join(b.TempDir(), "concessions")
	out, err := exec.Command("go", "build", "-trimpath", "-o", bin, "w2w/services/concessions/cmd/concessions").CombinedOutput()
	require.NoError(b, err, string(out))
	_, url := testkit.URLs(b, concessions.Name, concessions.Migrations()...)
	public, internal := freeAddress(b), freeAddress(b)
	cmd := exec.Command(bin)
	cmd.Env = append(os.Environ(), "W2W_DATABASE_URL="+url, "W2W_GATEWAY_KEYS_URL=http://127.0.0.1:1/jwks.json", "W2W_ADDR="+public,
		"W2W_INTERNAL_ADDR="+internal, "W2W_CONCESSIONS_PERSON_KEYS="+b.TempDir(), "W2W_CONCESSIONS_MAKE_KEYS=true")
	require.NoError(b, cmd.Start())
	defer func() {
		require.NoError(b, cmd.Process.Signal(syscall.SIGTERM))
		require.NoError(b, cmd.Wait())
	}()
	require.Eventually(b, func() bool {
		res, err := http.Get("http://" + internal + "/readyz")
		if err != nil {
			return false
		}
		defer res.Body.Close()
		return res.StatusCode == http.StatusOK
	}, 20*time.Second, 50*time.Millisecond)
	ctx, cancel := context.WithTimeout(context.Background(), settle)
	defer cancel()
	<-ctx.Done()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
	require.NoError(b, err)
	kib, err := strconv.ParseFloat(string(resident.FindSubmatch(status)[1]), 64)
	require.NoError(b, err)
	against(b, row{name: "idle memory of the service, against 60 MiB", unit: "MiB", target: 1, atMost: true}, []float64{kib / 1024}, []float64{60})
}

func freeAddress(b *testing.B) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	defer l.Close()
	return l.Addr().String()
}
