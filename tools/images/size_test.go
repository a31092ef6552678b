package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	most        = 25 << 20   // bytes of the image of a service, unpacked on a node
	mostOfSuite = 33_000_000 // of the operator's tool, which has all services in it
)

// TestEveryImageIsSmall fails by megabytes when something looks methods up by a name that the linker can't know
// (docs/performance.md, "How small an image is").
func TestEveryImageIsSmall(t *testing.T) {
	t.Parallel()
	for name := range strings.SplitSeq(all, ",") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			limit := int64(most)
			if name == "suite" {
				limit = mostOfSuite
			}
			p, err := order{root: root, arch: "amd64", repository: "localhost/w2w", version: version, created: time.Unix(0, 0)}.build(t.Context(), name)
			require.NoError(t, err)
			require.LessOrEqual(t, p.unpacked, limit)
			require.Greater(t, p.unpacked, limit/2, "half a program is none")
			require.Less(t, p.compressed, p.unpacked/2)
			require.Greater(t, p.compressed, p.unpacked/10)
		})
	}
}
