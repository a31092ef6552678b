package bench

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/testkit"
	"w2w/services/concessions"
	"w2w/services/gateway"
	"w2w/services/lsu"
)

const starts = 9 // of each program

// BenchmarkStartup starts the program of each image with its schema in place and takes the time until it is ready.
func BenchmarkStartup(b *testing.B) {
	people, rings := b.TempDir(), b.TempDir()
	require.NoError(b, gateway.MakeRings(rings))
	behind := "W2W_GATEWAY_KEYS_URL=http://127.0.0.1:1/jwks.json"
	for _, s := range []struct {
		name       string
		migrations []database.Set
		environ    []string
	}{
		{gateway.Schema, gateway.Migrations(), []string{"W2W_GATEWAY_ISSUER=https://api.w2w.example", "W2W_GATEWAY_KEY_DIR=" + rings,
			"W2W_GATEWAY_ROUTES=lsu=http://127.0.0.1:1"}},
		{concessions.Name, concessions.Migrations(), []string{behind, "W2W_CONCESSIONS_PERSON_KEYS=" + people, "W2W_CONCESSIONS_MAKE_KEYS=true"}},
		{lsu.Name, lsu.Migrations(), []string{behind, "W2W_LSU_PERSON_KEYS=" + people, "W2W_LSU_MAKE_KEYS=true"}},
	} {
		b.Run(s.name, func(b *testing.B) {
			dir := b.TempDir()
			bin := filepath.Join(dir, "service")
			out, err := exec.Command("sh", "../../../../docker/build.sh", s.name, dir).CombinedOutput()
			require.NoError(b, err, string(out))
			_, url := testkit.URLs(b, s.name, s.migrations...)
			var took []float64
			for range starts {
				took = append(took, readyAfter(b, bin, append(s.environ, "W2W_DATABASE_URL="+url)).Seconds()*1000)
			}
			against(b, row{name: "slowest start of " + s.name + " until it is ready, against 1 s", unit: "ms", target: 1, atMost: true},
				[]float64{slices.Max(took)}, []float64{1000})
			b.Logf("%s is ready after %.0f ms (median)", s.name, median(took))
		})
	}
}

// readyAfter runs a program until it is ready, and stops it.
func readyAfter(b *testing.B, bin string, environ []string) time.Duration {
	internal := freeAddress(b)
	cmd := exec.Command(bin)
	cmd.Env = append(append(os.Environ(), "W2W_ADDR="+freeAddress(b), "W2W_INTERNAL_ADDR="+internal, "W2W_DRAIN_DELAY=0s"), environ...)
	began := time.Now()
	require.NoError(b, cmd.Start())
	require.Eventually(b, func() bool {
		res, err := http.Get("http://" + internal + "/readyz")
		if err != nil {
			return false
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK
	}, 20*time.Second, 2*time.Millisecond)
	took := time.Since(began)
	require.NoError(b, cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(b, cmd.Wait())
	return took
}
