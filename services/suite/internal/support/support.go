// Package support gathers what others need to help with a deployment: versions, settings, findings, metrics, sizes and
// the end of the log. It takes no row of the services' tables; what looks like a secret or a tax code is left out.
package support

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"w2w/pkg/app"
	"w2w/services/suite/internal/doctor"
)

// From is what a bundle is made of.
type From struct {
	doctor.Place
	Log     string   // file of the log; none when empty
	Environ []string // variables of the process
}

// Write writes the bundle, a tar.gz. A part that can't be had says why in its place.
func Write(ctx context.Context, w io.Writer, from From) error {
	packed := gzip.NewWriter(w)
	all := tar.NewWriter(packed)
	now := time.Now()
	for _, part := range []struct {
		name string
		make func(out *bytes.Buffer) error
	}{
		{"version.txt", version},
		{"environment.txt", func(out *bytes.Buffer) error { environment(out, from.Environ); return nil }},
		{"doctor.json", func(out *bytes.Buffer) error { return doctor.Examine(ctx, from.Place).JSON(out) }},
		{"database.json", func(out *bytes.Buffer) error { return database(ctx, out, from.Database) }},
		{"metrics.txt", func(out *bytes.Buffer) error { return metrics(ctx, out, from.Ready) }},
		{"log.txt", func(out *bytes.Buffer) error { return logEnd(out, from.Log) }},
	} {
		var out bytes.Buffer
		if err := part.make(&out); err != nil {
			fmt.Fprintf(&out, "not to be had: %v\n", err)
		}
		text := app.Mask(withoutSecrets(out.Bytes()))
		if err := all.WriteHeader(&tar.Header{Name: "w2w-support/" + part.name, Mode: 0o600, Size: int64(len(text)), ModTime: now}); err != nil {
			return err
		}
		if _, err := all.Write(text); err != nil {
			return err
		}
	}
	if err := all.Close(); err != nil {
		return err
	}
	return packed.Close()
}

func version(out *bytes.Buffer) error {
	info, ok := debug.ReadBuildInfo()
	if ok {
		out.WriteString(info.String())
	}
	return nil
}

// told are the settings whose values help and tell no secret; of the others only the name is told.
var told = []string{"W2W_ADDR", "W2W_INTERNAL_ADDR", "W2W_DRAIN_DELAY", "W2W_LOG_LEVEL", "W2W_GATEWAY_ISSUER", "W2W_GATEWAY_ROLE", "W2W_GATEWAY_ROUTES",
	"W2W_GATEWAY_RATES", "W2W_GATEWAY_TOKEN_RATE", "W2W_GATEWAY_PUBLIC_RATE", "W2W_GATEWAY_KEY_RELOAD", "W2W_GATEWAY_LIMITS_ROUND"}

func environment(out *bytes.Buffer, environ []string) {
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		switch {
		case slices.Contains(told, name):
			fmt.Fprintf(out, "%s=%s\n", name, value)
		case strings.HasPrefix(name, "W2W_"):
			fmt.Fprintf(out, "%s is set\n", name)
		}
	}
}

const most = 8 << 20 // bytes of a part

func metrics(ctx context.Context, out *bytes.Buffer, ready []string) error {
	client := http.Client{Timeout: 5 * time.Second}
	for _, base := range ready {
		fmt.Fprintf(out, "# %s\n", base)
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(base, "/")+"/metrics", http.NoBody)
		if err != nil {
			return err
		}
		res, err := client.Do(r)
		if err != nil {
			return err
		}
		_, err = io.Copy(out, io.LimitReader(res.Body, most))
		_ = res.Body.Close() // it has been read
		if err != nil {
			return err
		}
	}
	return nil
}

const lastBytes = 1 << 20

// logEnd takes the last lines that are the services' own: JSON, written by the logger that knows what not to write.
func logEnd(out *bytes.Buffer, file string) error {
	if file == "" {
		return nil
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > lastBytes {
		if _, err := f.Seek(-lastBytes, io.SeekEnd); err != nil {
			return err
		}
	}
	raw, err := io.ReadAll(f)
	for line := range bytes.Lines(raw) {
		if json.Valid(line) {
			out.Write(line)
		}
	}
	return err
}
