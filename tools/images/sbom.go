package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"
)

// sbomAnnotation ties the list to the image: whoever signs the image has signed the list too.
const sbomAnnotation = "it.w2w.sbom"

// The parts of a CycloneDX document that are written here; https://cyclonedx.org/docs/1.6/json.
type bill struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Serial     string      `json:"serialNumber"`
	Version    int         `json:"version"`
	Metadata   metadata    `json:"metadata"`
	Components []component `json:"components"`
}

type metadata struct {
	Timestamp string    `json:"timestamp"`
	Component component `json:"component"`
}

type component struct {
	Type    string    `json:"type"`
	Ref     string    `json:"bom-ref"`
	Name    string    `json:"name"`
	Version string    `json:"version"`
	Hashes  []hashing `json:"hashes,omitempty"`
	PURL    string    `json:"purl,omitempty"`
}

type hashing struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

// billOf lists what a program was linked from, as the program itself says.
func (o order) billOf(name, program string) ([]byte, error) {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(program)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	b := bill{Format: "CycloneDX", Spec: "1.6", Serial: serial(sum), Version: 1, Metadata: metadata{
		Timestamp: o.created.Format(time.RFC3339),
		Component: component{Type: "application", Ref: name, Name: "w2w/" + name, Version: o.version, Hashes: sha(sum[:])},
	}}
	compiler := strings.TrimPrefix(info.GoVersion, "go")
	b.Components = append(b.Components, library("std", compiler))
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		c, err := o.module(m)
		if err != nil {
			return nil, err
		}
		b.Components = append(b.Components, c)
	}
	text, err := json.MarshalIndent(b, "", "  ")
	return append(text, '\n'), err
}

// module tells a module, with the sum that go.sum has of it; those of the repository have its version.
func (o order) module(m *debug.Module) (component, error) {
	if strings.HasPrefix(m.Path, "w2w/") {
		return library(m.Path, o.version), nil
	}
	c := library(m.Path, m.Version)
	sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.Sum, "h1:"))
	if err == nil && len(sum) != sha256.Size {
		err = fmt.Errorf("no sum")
	}
	if err != nil {
		return c, fmt.Errorf("SBOM: %s %s: %w", m.Path, m.Version, err)
	}
	c.Hashes = sha(sum)
	return c, nil
}

func library(path, version string) component {
	purl := "pkg:golang/" + path + "@" + version
	return component{Type: "library", Ref: purl, Name: path, Version: version, PURL: purl}
}

func sha(sum []byte) []hashing { return []hashing{{"SHA-256", hex.EncodeToString(sum)}} }

// serial is a UUID of version 8, made from the program instead of chance.
func serial(b [sha256.Size]byte) string {
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

func digestOf(data []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(data)) }
