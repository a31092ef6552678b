package gateway_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/app"
	"w2w/pkg/auth"
	"w2w/pkg/testkit"
	"w2w/services/gateway"
)

const asGateway = "RUN_AS_GATEWAY" // makes the test binary the gateway itself

func TestMain(m *testing.M) {
	if os.Getenv(asGateway) != "" {
		app.Main(gateway.Program())
		return
	}
	os.Exit(m.Run())
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
	client, err := auth.NewCredential("portal-lazio", "PORTAL", "LAZ", "applications:read")
	require.NoError(t, err)
	client.Secret = "secret-of-portal-lazio"
	clients := filepath.Join(t.TempDir(), "clients.json")
	require.NoError(t, auth.WriteClients(clients, []auth.Credential{client}))
	p := &process{t: t, addr: freeAddress(t)}
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(append(os.Environ(), asGateway+"=1", "W2W_DRAIN_DELAY=0s", "W2W_DATABASE_URL="+databaseURL, "W2W_ADDR="+p.addr,
		"W2W_INTERNAL_ADDR="+freeAddress(t), "W2W_GATEWAY_ISSUER="+issuer, "W2W_GATEWAY_KEY_DIR="+t.TempDir(), "W2W_GATEWAY_DEV_CLIENTS=true",
		"W2W_GATEWAY_CLIENTS_FILE="+clients, "W2W_GATEWAY_ROUTES=concessions="+upstream.URL,
		"W2W_GATEWAY_RATES=PORTAL=100000/100000", "W2W_GATEWAY_PUBLIC_RATE=100000/100000"), environ...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _, _ = cmd.Process.Kill(), cmd.Wait() })
	p.pid = cmd.Process.Pid
	require.Eventually(t, func() bool { return p.grant() == nil }, 30*time.Second, 50*time.Millisecond)
	return p
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
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
