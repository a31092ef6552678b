package main

import (
	"archive/tar"
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"github.com/stretchr/testify/require"
)

func requireWhole(t *testing.T, b built) {
	image := b.image(t)
	require.NoError(t, validate.Image(image))
	docker, err := tarball.ImageFromPath(filepath.Join(b.dir, tried+".tar"), nil)
	require.NoError(t, err)
	ours, err := image.ConfigName()
	require.NoError(t, err)
	theirs, err := docker.ConfigName()
	require.NoError(t, err)
	require.Equal(t, ours, theirs)
}

func requireLabels(t *testing.T, image v1.Image) {
	config, err := image.ConfigFile()
	require.NoError(t, err)
	require.Equal(t, map[string]string{
		"org.opencontainers.image.title": "w2w " + tried, "org.opencontainers.image.version": version, "org.opencontainers.image.revision": revision,
		"org.opencontainers.image.source": "https://code.example/w2w", "org.opencontainers.image.licenses": "EUPL-1.2",
		"org.opencontainers.image.created": "2023-11-14T22:13:20Z",
	}, config.Config.Labels)
	require.Equal(t, "65532:65532", config.Config.User)
	require.Equal(t, []string{"/service"}, config.Config.Entrypoint)
	require.Equal(t, map[string]struct{}{"8080/tcp": {}, "9090/tcp": {}}, config.Config.ExposedPorts)
}

func requireFiles(t *testing.T, b built) {
	want := map[string]string{"etc/": "0:0 755", "etc/ssl/": "0:0 755", "etc/ssl/certs/": "0:0 755", "etc/ssl/certs/ca-certificates.crt": "0:0 644",
		"openapi/": "0:0 755", "keys/": "65532:65532 700", "secrets/": "65532:65532 700", "service": "0:0 755"}
	contracts, err := filepath.Glob(filepath.Join(root, "openapi/*.yaml"))
	require.NoError(t, err)
	for _, c := range contracts {
		want["openapi/"+filepath.Base(c)] = "0:0 644"
	}
	require.Equal(t, want, listing(t, b.image(t)))
	program, err := elf.Open(b.service())
	require.NoError(t, err)
	defer program.Close()
	libraries, err := program.ImportedLibraries()
	require.NoError(t, err)
	require.Empty(t, libraries)
	for _, p := range program.Progs {
		require.NotEqual(t, elf.PT_INTERP, p.Type, "the program is static")
	}
	text, err := os.ReadFile(b.service())
	require.NoError(t, err)
	require.True(t, bytes.Contains(text, []byte(version)), "the program knows its version")
}

func listing(t *testing.T, image v1.Image) map[string]string {
	files := mutate.Extract(image)
	defer files.Close()
	got := map[string]string{}
	for r := tar.NewReader(files); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return got
		}
		require.NoError(t, err)
		name := strings.TrimSuffix(h.Name, "/")
		if h.Typeflag == tar.TypeDir {
			name += "/"
		}
		got[name] = fmt.Sprintf("%d:%d %o", h.Uid, h.Gid, h.Mode)
	}
}

// requireRunning starts the program with the image as its root and the user of the image, where this is allowed.
func requireRunning(t *testing.T, b built) {
	if os.Geteuid() != 0 {
		t.Skip("only root may change the root of a process")
	}
	for dir := b.files; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		require.NoError(t, os.Chmod(dir, 0o755))
	}
	cmd := exec.Command("/service")
	cmd.Env = []string{"W2W_MISSPELT=1"}
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: b.files, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
	said, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(said), "W2W_MISSPELT is unknown")
}

func requireBill(t *testing.T, b built) {
	data, err := os.ReadFile(filepath.Join(b.dir, b.name+".sbom.json"))
	require.NoError(t, err)
	manifest, err := b.image(t).Manifest()
	require.NoError(t, err)
	require.Equal(t, digestOf(data), manifest.Annotations[sbomAnnotation])
	var listed bill
	require.NoError(t, json.Unmarshal(data, &listed))
	program, err := os.ReadFile(b.service())
	require.NoError(t, err)
	require.Equal(t, digestOf(program), "sha256:"+listed.Metadata.Component.Hashes[0].Content)
	info, err := buildinfo.ReadFile(b.service())
	require.NoError(t, err)
	workspace, err := os.ReadFile(filepath.Join(root, "go.work"))
	require.NoError(t, err)
	require.Contains(t, string(workspace), "\ntoolchain "+info.GoVersion+"\n", "every machine builds by the same Go")
	want := []string{"std@" + strings.TrimPrefix(info.GoVersion, "go")}
	for _, m := range info.Deps {
		if strings.HasPrefix(m.Path, "w2w/") {
			m.Version = version
		}
		want = append(want, m.Path+"@"+m.Version)
	}
	var got []string
	sums := sumsOf(t)
	for _, c := range listed.Components {
		got = append(got, strings.TrimPrefix(c.PURL, "pkg:golang/"))
		if len(c.Hashes) == 0 {
			require.True(t, c.Name == "std" || strings.HasPrefix(c.Name, "w2w/"), "%s has no sum", c.Name)
			continue
		}
		sum, err := hex.DecodeString(c.Hashes[0].Content)
		require.NoError(t, err)
		require.Contains(t, sums, c.Name+" "+c.Version+" h1:"+base64.StdEncoding.EncodeToString(sum))
	}
	require.Equal(t, want, got)
	require.Greater(t, len(got), 20)
}

// sumsOf has every line of the workspace's go.sum files.
func sumsOf(t *testing.T) map[string]bool {
	sums := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(root, "services/*/go.sum"))
	require.NoError(t, err)
	for _, name := range append(files, filepath.Join(root, "pkg/go.sum"), filepath.Join(root, "go.work.sum")) {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			sums[strings.TrimSpace(line)] = true
		}
	}
	return sums
}
