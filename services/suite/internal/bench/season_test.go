package bench

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"w2w/pkg/auth"
	"w2w/pkg/testkit"
	"w2w/services/suite/internal/house"
	"w2w/services/suite/internal/portal"
	"w2w/services/suite/internal/season"
)

const golden = "../../../concessions/testdata/season"

// BenchmarkSeason imports the season of 400 applications, and generated ones of 400 and 1,500, each into a new
// house: the time may not grow faster than the season.
func BenchmarkSeason(b *testing.B) {
	small, large := generate(b, 400), generate(b, 1500)
	var own, few, many []float64
	for range 3 {
		own = append(own, importing(b, golden))
		few = append(few, importing(b, small))
		many = append(many, importing(b, large))
	}
	limit := []float64{20, 20, 20}
	against(b, row{name: "season of 400 applications, against 20 s", unit: "s", target: 1, atMost: true}, own, limit)
	against(b, row{name: "generated season of 1,500, against one of 400", unit: "s", target: 4, atMost: true}, many, few)
}

// importing returns the seconds of an import through the gateway, all steps to the decree.
func importing(b *testing.B, from string) float64 {
	b.Helper()
	dir := testkit.Folder(b)
	h, err := house.Open(context.Background(), house.Options{DataDir: dir, Addr: "127.0.0.1:0", Log: zap.NewNop()})
	require.NoError(b, err)
	defer h.Close()
	credentials, err := auth.ReadClients(filepath.Join(dir, house.ClientsFile))
	require.NoError(b, err)
	start := time.Now()
	require.NoError(b, season.Import(context.Background(), portal.NewBook(h.URL, credentials), os.DirFS(from), b.TempDir(), nil))
	return time.Since(start).Seconds()
}
