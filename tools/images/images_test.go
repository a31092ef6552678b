package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/stretchr/testify/require"
)

const (
	root     = "../.."
	tried    = "gateway" // the one image that is built here: its programs and files are those of the others too
	version  = "v9.8.7-test"
	revision = "0123456789abcdef0123456789abcdef01234567"
)

// built is the image in a folder as `make images` writes it, and the same unpacked.
type built struct{ dir, layout, files string }

func buildIn(t *testing.T, root string) built {
	t.Helper()
	b := built{dir: t.TempDir(), layout: t.TempDir(), files: t.TempDir()}
	var said bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-root", root, "-out", b.dir, "-names", tried, "-version", version, "-revision", revision,
		"-epoch", "1700000000", "-source", "https://code.example/w2w"}, &said))
	require.Contains(t, said.String(), tried)
	archive, err := os.Open(filepath.Join(b.dir, tried+".tar"))
	require.NoError(t, err)
	defer archive.Close()
	unpack(t, archive, b.layout)
	files := mutate.Extract(b.image(t))
	defer files.Close()
	unpack(t, files, b.files)
	return b
}

func unpack(t *testing.T, from io.Reader, dir string) {
	t.Helper()
	require.NoError(t, os.Chmod(dir, 0o755))
	for r := tar.NewReader(from); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
		name := filepath.Join(dir, h.Name)
		if h.Typeflag == tar.TypeDir {
			require.NoError(t, os.MkdirAll(name, h.FileInfo().Mode().Perm()))
			continue
		}
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		data, err := io.ReadAll(r)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(name, data, h.FileInfo().Mode().Perm()))
	}
}

func (b built) image(t *testing.T) v1.Image {
	t.Helper()
	at, err := layout.FromPath(b.layout)
	require.NoError(t, err)
	index, err := at.ImageIndex()
	require.NoError(t, err)
	manifest, err := index.IndexManifest()
	require.NoError(t, err)
	require.Len(t, manifest.Manifests, 1)
	require.Equal(t, "localhost/w2w/"+tried+":"+version, manifest.Manifests[0].Annotations["io.containerd.image.name"])
	image, err := index.Image(manifest.Manifests[0].Digest)
	require.NoError(t, err)
	return image
}

func (b built) service() string { return filepath.Join(b.files, "service") }

// copyOfTheTree has the files that git knows, at another place and with other times.
func copyOfTheTree(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	list, err := exec.Command("git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	require.NoError(t, err)
	for name := range strings.SplitSeq(strings.TrimSuffix(string(list), "\x00"), "\x00") {
		from := filepath.Join(root, name)
		if info, err := os.Stat(from); errors.Is(err, os.ErrNotExist) || err == nil && info.IsDir() {
			continue // one that is gone, or a link to a folder whose files come by themselves
		}
		data, err := os.ReadFile(from)
		require.NoError(t, err, name)
		to := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
		require.NoError(t, os.WriteFile(to, data, 0o600))
	}
	return dir
}

func TestAnImageKeepsItsPromises(t *testing.T) {
	t.Parallel()
	b := buildIn(t, root)
	t.Run("it is whole, for Docker too", func(t *testing.T) { requireWhole(t, b) })
	t.Run("it says what it is", func(t *testing.T) { requireLabels(t, b.image(t)) })
	t.Run("nothing is in it but what it needs", func(t *testing.T) { requireFiles(t, b) })
	t.Run("it runs from nothing", func(t *testing.T) { requireRunning(t, b) })
	t.Run("the list is that of the program, with the sums of go.sum", func(t *testing.T) { requireBill(t, b) })
	t.Run("the same commit gives the same bytes elsewhere", func(t *testing.T) {
		again := buildIn(t, copyOfTheTree(t))
		for _, name := range []string{tried + ".tar", tried + ".sbom.json"} {
			one, err := os.ReadFile(filepath.Join(b.dir, name))
			require.NoError(t, err)
			other, err := os.ReadFile(filepath.Join(again.dir, name))
			require.NoError(t, err)
			require.Equal(t, digestOf(one), digestOf(other), name)
		}
	})
}
