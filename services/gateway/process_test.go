package gateway_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/app"
	"w2w/pkg/auth"
	"w2w/pkg/testkit"
	"w2w/services/gateway"
)

func TestMain(m *testing.M) {
	testkit.Programs{gateway.Schema: func() { app.Main(gateway.Program()) }, behind: func() { app.Main(upstreamProgram()) }}.Main(m)
}

// process is a gateway of its own, with a service behind it that reads what it gets.
type process struct {
	t     *testing.T
	pid   int
	addr  string
	token string
}

func startProcess(t *testing.T, environ ...string) *process {
	t.Helper()
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "{}")
	}))
	t.Cleanup(upstream.Close)
	_, databaseURL := testkit.URLs(t, gateway.Schema, gateway.Migrations()...)
	p := &process{t: t, addr: testkit.FreeAddress(t)}
	settings := gatewaySettings(t, databaseURL, upstream.URL)
	p.pid = testkit.Launch(t, gateway.Schema, append(append(settings, "W2W_DRAIN_DELAY=0s", "W2W_ADDR="+p.addr,
		"W2W_INTERNAL_ADDR="+testkit.FreeAddress(t)), environ...)...).PID()
	require.Eventually(t, func() bool { return p.grant() == nil }, 30*time.Second, 50*time.Millisecond)
	return p
}

// gatewaySettings are those of gateways that know one client, which may call as often as it likes.
func gatewaySettings(t *testing.T, databaseURL, upstream string) []string {
	t.Helper()
	client, err := auth.NewCredential("portal-lazio", "PORTAL", "LAZ", "applications:read")
	require.NoError(t, err)
	client.Secret = "secret-of-portal-lazio"
	clients := filepath.Join(t.TempDir(), "clients.json")
	require.NoError(t, auth.WriteClients(clients, []auth.Credential{client}))
	return []string{"W2W_DATABASE_URL=" + databaseURL, "W2W_GATEWAY_ISSUER=" + issuer, "W2W_GATEWAY_KEY_DIR=" + t.TempDir(),
		"W2W_GATEWAY_DEV_CLIENTS=true", "W2W_GATEWAY_CLIENTS_FILE=" + clients, "W2W_GATEWAY_ROUTES=concessions=" + upstream,
		"W2W_GATEWAY_RATES=PORTAL=100000/100000", "W2W_GATEWAY_PUBLIC_RATE=100000/100000", "W2W_GATEWAY_TOKEN_RATE=100000/100000"}
}

func (p *process) grant() error {
	res, err := http.PostForm("http://"+p.addr+"/oauth2/token",
		url.Values{"grant_type": {"client_credentials"}, "client_id": {"portal-lazio"}, "client_secret": {"secret-of-portal-lazio"}})
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var granted struct {
		Token string `json:"access_token"`
	}
	err = json.NewDecoder(res.Body).Decode(&granted)
	p.token = granted.Token
	return err
}

var resident = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// rss is the memory that the process holds, in MiB.
func (p *process) rss() float64 {
	p.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	require.NoError(p.t, err)
	kib, err := strconv.ParseFloat(string(resident.FindSubmatch(status)[1]), 64)
	require.NoError(p.t, err)
	return kib / 1024
}
