package main

import (
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
	p := product{image: b.image(t)}
	require.NoError(t, p.measure())
	require.LessOrEqual(t, p.unpacked, limit, b.name)
	require.Greater(t, p.unpacked, limit/2, "%s: half a program is none", b.name)
	require.Less(t, p.compressed, p.unpacked/2, b.name)
	require.Greater(t, p.compressed, p.unpacked/10, b.name)
}
