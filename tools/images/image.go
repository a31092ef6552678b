package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// product is an image with what is told about it.
type product struct {
	name       string
	reference  string
	image      v1.Image
	sbom       []byte
	digest     v1.Hash
	compressed int64 // bytes of the image as a registry stores it
	unpacked   int64
}

func (o order) build(ctx context.Context, name string) (product, error) {
	dockerfile, err := os.ReadFile(filepath.Join(o.root, "docker/Dockerfile"))
	if err != nil {
		return product{}, err
	}
	r, err := readRecipe(string(dockerfile), map[string]string{"SERVICE": name, "VERSION": o.version, "REVISION": o.revision, "SOURCE": o.source,
		"CREATED": o.created.Format(time.RFC3339)})
	if err != nil {
		return product{}, err
	}
	out, err := os.MkdirTemp("", "w2w-image-")
	if err != nil {
		return product{}, err
	}
	defer os.RemoveAll(out)
	if err := o.compile(ctx, name, out); err != nil {
		return product{}, err
	}
	p := product{name: name, reference: fmt.Sprintf("%s/%s:%s", o.repository, name, o.version)}
	if p.sbom, err = o.billOf(name, filepath.Join(out, "service")); err != nil {
		return product{}, err
	}
	return p, p.assemble(o, r, stage{o.root, out})
}

// compile makes what the stage that builds has under /out.
func (o order) compile(ctx context.Context, name, out string) error {
	cmd := exec.CommandContext(ctx, "sh", filepath.Join(o.root, "docker/build.sh"), name, filepath.Join(out, "service"))
	cmd.Env = append(os.Environ(), "GOWORK=", "GOARCH="+o.arch, "VERSION="+o.version)
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, said)
	}
	return os.Mkdir(filepath.Join(out, "empty"), 0o700)
}

// assemble makes a layer of each COPY, and the configuration of the rest.
func (p *product) assemble(o order, r recipe, s stage) error {
	config := &v1.ConfigFile{OS: "linux", Architecture: o.arch, Created: v1.Time{Time: o.created}, RootFS: v1.RootFS{Type: "layers"},
		Config: v1.Config{User: r.user, Entrypoint: r.entrypoint, Labels: r.labels, ExposedPorts: map[string]struct{}{}}}
	for _, port := range r.ports {
		config.Config.ExposedPorts[port+"/tcp"] = struct{}{}
	}
	image := mutate.MediaType(mutate.ConfigMediaType(empty.Image, types.OCIConfigJSON), types.OCIManifestSchema1)
	image, err := mutate.ConfigFile(image, config)
	if err != nil {
		return err
	}
	for _, c := range r.copies {
		entries, err := s.entries(c)
		if err != nil {
			return err
		}
		layer, err := layerOf(entries)
		if err != nil {
			return err
		}
		for _, e := range entries {
			p.unpacked += int64(len(e.data))
		}
		history := v1.History{Created: v1.Time{Time: o.created}, CreatedBy: "COPY " + c.to}
		if image, err = mutate.Append(image, mutate.Addendum{Layer: layer, History: history}); err != nil {
			return err
		}
	}
	annotations := map[string]string{sbomAnnotation: digestOf(p.sbom)}
	for key, value := range r.labels {
		annotations[key] = value
	}
	p.image = mutate.Annotations(image, annotations).(v1.Image)
	return p.measure()
}

func (p *product) measure() error {
	manifest, err := p.image.Manifest()
	if err != nil {
		return err
	}
	p.compressed = manifest.Config.Size
	for _, l := range manifest.Layers {
		p.compressed += l.Size
	}
	p.digest, err = p.image.Digest()
	return err
}
