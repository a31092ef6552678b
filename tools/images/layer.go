package main

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// entry is a file of an image, or a folder when it has no data.
type entry struct {
	name  string // from the root, without a slash before
	data  []byte
	mode  int64
	owner int
}

// stage says where the paths of the stage that builds lie on this machine.
type stage struct{ root, out string }

func (s stage) locate(name string) string {
	for prefix, dir := range map[string]string{"/src/": s.root, "/out/": s.out} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			return filepath.Join(dir, rest)
		}
	}
	return name
}

// entries are what a COPY brings: files, or an empty folder.
func (s stage) entries(c instruction) ([]entry, error) {
	var out []entry
	for _, from := range c.from {
		names, err := filepath.Glob(s.locate(from))
		if err != nil || len(names) == 0 {
			return nil, fmt.Errorf("COPY %s: there is no such file", from)
		}
		for _, name := range names {
			e, err := read(name, c)
			if err != nil {
				return nil, err
			}
			out = append(out, e)
		}
	}
	out = append(out, parents(out)...)
	slices.SortFunc(out, func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	return out, nil
}

func read(name string, c instruction) (entry, error) {
	info, err := os.Stat(name)
	if err != nil {
		return entry{}, err
	}
	e := entry{name: strings.Trim(c.to, "/"), mode: 0o644, owner: c.owner}
	if info.IsDir() {
		inside, err := os.ReadDir(name)
		if err == nil && len(inside) > 0 {
			err = fmt.Errorf("COPY %s: a folder that is not empty", name)
		}
		e.name, e.mode = e.name+"/", 0o700
		return e, err
	}
	if strings.HasSuffix(c.to, "/") {
		e.name = path.Join(e.name, filepath.Base(name))
	}
	if info.Mode()&0o111 != 0 {
		e.mode = 0o755
	}
	e.data, err = os.ReadFile(name)
	return e, err
}

// parents are the folders above the entries, each once.
func parents(of []entry) (out []entry) {
	seen := map[string]bool{}
	for _, e := range of {
		for dir := path.Dir(strings.TrimSuffix(e.name, "/")); dir != "." && !seen[dir]; dir = path.Dir(dir) {
			seen[dir] = true
			out = append(out, entry{name: dir + "/", mode: 0o755})
		}
	}
	return out
}

// layerOf packs entries without anything of this machine: no names of users, all files from the first of January 1970,
// so that what did not change between two versions is the same layer in both.
func layerOf(entries []entry) (v1.Layer, error) {
	var packed bytes.Buffer
	w := tar.NewWriter(&packed)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Mode: e.mode, Uid: e.owner, Gid: e.owner, Size: int64(len(e.data)), ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR,
			Typeflag: tar.TypeReg}
		if strings.HasSuffix(e.name, "/") {
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	opener := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(packed.Bytes())), nil }
	return tarball.LayerFromOpener(opener, tarball.WithMediaType(types.OCILayer), tarball.WithCompressionLevel(gzip.BestCompression),
		tarball.WithCompressedCaching)
}
