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
	tried    = "gateway" // the one image that is looked into: its files are those of the others too
	version  = "v9.8.7-test"
	revision = "0123456789abcdef0123456789abcdef01234567"
)

// built is an image in a folder as `make images` writes it, and the same unpacked.
type built struct{ name, dir, layout, files string }

// buildIn builds the images with these names from a tree, and returns their folder.
func buildIn(t *testing.T, root, names string) string {
	t.Helper()
	dir := t.TempDir()
	var said bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-root", root, "-out", dir, "-names", names, "-version", version, "-revision", revision,
		"-epoch", "1700000000", "-source", "https://code.example/w2w"}, &said))
	for name := range strings.SplitSeq(names, ",") {
		require.Contains(t, said.String(), name)
	}
	return dir
}

func opened(t *testing.T, dir, name string) built {
	t.Helper()
	b := built{name: name, dir: dir, layout: t.TempDir(), files: t.TempDir()}
	archive, err := os.Open(filepath.Join(dir, name+".tar"))
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
	require.Equal(t, "localhost/w2w/"+b.name+":"+version, manifest.Manifests[0].Annotations["io.containerd.image.name"])
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
	b := opened(t, buildIn(t, root, tried), tried)
	t.Run("it is whole, for Docker too", func(t *testing.T) { requireWhole(t, b) })
	t.Run("it says what it is", func(t *testing.T) { requireLabels(t, b.image(t)) })
	t.Run("nothing is in it but what it needs", func(t *testing.T) { requireFiles(t, b) })
	t.Run("it runs from nothing", func(t *testing.T) { requireRunning(t, b) })
}

// TestSupply is row 46 of the catalogue: the same commit gives the same bytes elsewhere, each list is that of its program,
// the sums are those of go.sum, and none is larger than it may be. What the programs reach of the known weaknesses is for `make vuln`.
func TestSupply(t *testing.T) {
	t.Parallel()
	here, elsewhere := buildIn(t, root, all), buildIn(t, copyOfTheTree(t), all)
	for name := range strings.SplitSeq(all, ",") {
		for _, file := range []string{name + ".tar", name + ".sbom.json"} {
			one, err := os.ReadFile(filepath.Join(here, file))
			require.NoError(t, err)
			other, err := os.ReadFile(filepath.Join(elsewhere, file))
			require.NoError(t, err)
			require.Equal(t, digestOf(one), digestOf(other), file)
		}
		b := opened(t, here, name)
		requireBill(t, b)
		requireSmall(t, b)
	}
}
