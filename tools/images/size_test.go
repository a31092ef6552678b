package main

import (
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	most        = 25 << 20   // bytes of the image of a service, unpacked on a node
	mostOfSuite = 33_000_000 // of the operator's tool, which has all services in it
)

// requireSmall fails by megabytes when something looks methods up by a name that the linker can't know
// (docs/performance.md, "How small an image is").
func requireSmall(t *testing.T, b built) {
	t.Helper()
	limit := int64(most)
	if b.name == "suite" {
		limit = mostOfSuite
	}
	var unpacked int64
	require.NoError(t, filepath.WalkDir(b.files, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			unpacked += info.Size()
		}
		return err
	}))
	p := product{image: b.image(t)}
	require.NoError(t, p.measure())
	require.LessOrEqual(t, unpacked, limit, b.name)
	require.Greater(t, unpacked, limit/2, "%s: half a program is none", b.name)
	require.Less(t, p.compressed, unpacked/2, b.name)
	require.Greater(t, p.compressed, unpacked/10, b.name)
}
