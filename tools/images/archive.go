package main

import (
	"archive/tar"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// write puts name.tar and name.sbom.json into the folder.
func (p product) write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	unpacked, err := os.MkdirTemp(dir, "."+p.name+"-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(unpacked)
	if err := p.lay(unpacked); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, p.name+".sbom.json"), p.sbom, 0o644); err != nil {
		return err
	}
	return pack(unpacked, filepath.Join(dir, p.name+".tar"))
}

// lay writes an OCI layout of the one image, with the manifest.json that `docker load` reads beside it.
func (p product) lay(dir string) error {
	at, err := layout.Write(dir, empty.Index)
	if err != nil {
		return err
	}
	config, err := p.image.ConfigFile()
	if err != nil {
		return err
	}
	_, tag, _ := strings.Cut(p.reference, ":")
	platform := layout.WithPlatform(v1.Platform{OS: config.OS, Architecture: config.Architecture})
	names := layout.WithAnnotations(map[string]string{"io.containerd.image.name": p.reference, "org.opencontainers.image.ref.name": tag})
	if err := at.AppendImage(p.image, names, platform); err != nil {
		return err
	}
	manifest, err := p.image.Manifest()
	if err != nil {
		return err
	}
	list := []map[string]any{{"Config": blob(manifest.Config.Digest), "RepoTags": []string{p.reference}, "Layers": blobs(manifest.Layers)}}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "manifest.json"), text, 0o644)
}

func blob(h v1.Hash) string { return "blobs/" + h.Algorithm + "/" + h.Hex }

func blobs(of []v1.Descriptor) (out []string) {
	for _, d := range of {
		out = append(out, blob(d.Digest))
	}
	return out
}

// pack makes an archive of a folder, in the order of names and without its times.
func pack(dir, name string) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer file.Close()
	w := tar.NewWriter(file)
	err = fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return add(w, dir, path)
	})
	if err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return file.Close()
}

func add(w *tar.Writer, dir, path string) error {
	from, err := os.Open(filepath.Join(dir, path))
	if err != nil {
		return err
	}
	defer from.Close()
	info, err := from.Stat()
	if err != nil {
		return err
	}
	if err := w.WriteHeader(&tar.Header{Name: path, Mode: 0o644, Size: info.Size(), ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR}); err != nil {
		return err
	}
	_, err = io.Copy(w, from)
	return err
}
