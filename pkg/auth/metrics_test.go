package auth_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
)

// TestTheAgeOfAKeyTravelsWithIt copies a ring as a Secret is mounted: the files are new, the keys are not.
func TestTheAgeOfAKeyTravelsWithIt(t *testing.T) {
	t.Parallel()
	r, turn := ring(t)
	made := r.Active().Made
	require.WithinDuration(t, time.Now(), made, 10*time.Second)
	_, err := turn.Prepare()
	require.NoError(t, err)
	active := filepath.Join(turn.Dir, "active.pem")
	require.NoError(t, os.Chtimes(active, made.Add(time.Hour), made.Add(time.Hour)))
	page := `# HELP w2w_key_made_timestamp_seconds When the key was made; the oldest of those in one state.
# TYPE w2w_key_made_timestamp_seconds gauge
w2w_key_made_timestamp_seconds{state="active",use="internal"} %d
w2w_key_made_timestamp_seconds{state="next",use="internal"} %d
`
	next, err := auth.LoadKey(filepath.Join(turn.Dir, "next.pem"))
	require.NoError(t, err)
	require.NoError(t, testutil.CollectAndCompare(r.Collector("internal"), strings.NewReader(fmt.Sprintf(page, made.Unix(), next.Made.Unix()))))

	raw, err := os.ReadFile(active)
	require.NoError(t, err)
	_, block, found := strings.Cut(string(raw), "\n")
	require.True(t, found)
	require.NoError(t, os.WriteFile(active, []byte(block), 0o600)) // a key of before, or of another tool
	old := time.Unix(1_600_000_000, 0)
	require.NoError(t, os.Chtimes(active, old, old))
	plain, err := auth.LoadKey(active)
	require.NoError(t, err)
	require.Equal(t, r.Active().ID, plain.ID)
	require.True(t, plain.Made.Equal(old), "the time of the file, where it does not say")
}

func TestAKeySetSaysForHowLongItCouldNotBeFetched(t *testing.T) {
	t.Parallel()
	r, _ := ring(t)
	down := true
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if down {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		key, err := r.Active().Public()
		require.NoError(t, err)
		_, _ = fmt.Fprintf(w, `{"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","kid":%q,"x":%q,"y":%q}]}`, key.ID, key.X, key.Y)
	}))
	defer s.Close()
	now := noon
	keys := auth.NewRemoteKeys(s.URL, http.DefaultClient, func() time.Time { return now })
	ask := func() float64 {
		_, _ = keys.Key(t.Context(), r.Active().ID) // whether it is known is another test's question
		now = now.Add(time.Minute)
		return testutil.ToFloat64(prometheus.Collector(keys))
	}
	require.InDelta(t, 60, ask(), 0)
	require.InDelta(t, 120, ask(), 0, "since the first failure")
	down = false
	require.Zero(t, ask())
}
