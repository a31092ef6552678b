package main

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/config"
	"w2w/pkg/testkit"
	"w2w/services/concessions"
	"w2w/services/gateway"
	"w2w/services/lsu"
	"w2w/services/suite/internal/house"
)

// machine is where a composed suite runs without containers: what stands for the names and folders of the file.
type machine struct {
	*testing.T
	file    composition
	env     map[string]string
	volumes map[string]string
}

// TestTheComposedSuiteWorks runs the jobs and the services of docker/compose.yaml with the settings that stand there, and
// asks for the registry as one of the registrars.
func TestTheComposedSuiteWorks(t *testing.T) {
	t.Parallel()
	owner, service := testkit.URLs(t, gateway.Schema, gateway.Migrations()...)
	u, err := url.Parse(service)
	require.NoError(t, err)
	password, _ := u.User.Password()
	m := machine{T: t, file: composeFile(t), env: dotEnv(password), volumes: map[string]string{}}
	for name := range m.file.Volumes {
		m.volumes[name] = t.TempDir()
	}
	m.migrate(owner, password)
	for _, job := range []string{"gateway-keys", "person-keys", "registrars"} {
		m.job(job)
	}
	gate, inner := testkit.FreeAddress(t), testkit.FreeAddress(t)
	places := []string{"postgres:5432/w2w?sslmode=disable", u.Host + u.Path + "?sslmode=disable", "http://gateway:9090", "http://" + inner,
		"/openapi/", "../../../../openapi/"}
	for name, run := range map[string]func(context.Context, []string) error{"concessions": concessions.Program().Run, "lsu": lsu.Program().Run} {
		addr := testkit.FreeAddress(t)
		places = append(places, "http://"+name+":8080", "http://"+addr)
		m.start(name, addr, testkit.FreeAddress(t), run, places)
	}
	m.start("gateway", gate, inner, gateway.Program().Run, places)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"client", "list", "--gateway", "http://" + gate,
		"--clients", filepath.Join(m.volumes["registrars"], "registrar-a.json")}, &out))
	require.Contains(t, out.String(), "registrar-b")
	for _, name := range []string{"concessions", "lsu"} {
		res, err := http.Get("http://" + gate + "/" + name + "/v1/status")
		require.NoError(t, err)
		res.Body.Close()
		require.Equal(t, http.StatusOK, res.StatusCode, name)
	}
}

// migrate does the job of this name, on a server whose roles have other tests' password.
func (m machine) migrate(owner, password string) {
	m.Helper()
	var o owned
	require.NoError(m, config.Load(m.file.Services["migrate"].environ(m.T, m.env), &o))
	require.NoError(m, house.Migrate(m.Context(), owner, settings(o).passwords()))
	require.Equal(m, password, o.LSUPassword)
}

// inside has the service's volumes in the place of their folders.
func (m machine) inside(name, text string) string {
	for _, v := range m.file.Services[name].Volumes {
		parts := strings.Split(v, ":")
		if text == parts[1] || strings.HasPrefix(text, parts[1]+"/") {
			return m.volumes[parts[0]] + strings.TrimPrefix(text, parts[1])
		}
	}
	return text
}

func (m machine) job(name string) {
	m.Helper()
	var args []string
	for _, word := range m.file.Services[name].Command {
		args = append(args, m.inside(name, word))
	}
	require.NoError(m, run(m.Context(), args, &bytes.Buffer{}), args)
}

// start runs a service until the end of the test, and waits until it is ready.
func (m machine) start(name, addr, internal string, run func(context.Context, []string) error, places []string) {
	m.Helper()
	environ := []string{"W2W_ADDR=" + addr, "W2W_INTERNAL_ADDR=" + internal, "W2W_DRAIN_DELAY=0s"}
	for _, setting := range m.file.Services[name].environ(m.T, m.env) {
		key, value, _ := strings.Cut(setting, "=")
		environ = append(environ, key+"="+m.inside(name, strings.NewReplacer(places...).Replace(value)))
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, environ) }()
	m.Cleanup(func() {
		stop()
		require.NoError(m, <-ended, name)
	})
	require.Eventually(m, func() bool {
		res, err := http.Get("http://" + internal + "/readyz")
		if err != nil {
			return false
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK
	}, 20*time.Second, 20*time.Millisecond, name)
}
