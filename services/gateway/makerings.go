package gateway

import (
	"fmt"
	"os"
	"path/filepath"

	"w2w/pkg/auth"
)

// MakeRings makes, in a gateway's key folder, the active key of each ring that has none.
func MakeRings(dir string) error {
	for _, name := range []string{externalRing, internalRing, modiRing} {
		ring := filepath.Join(dir, name)
		if err := os.MkdirAll(ring, 0o700); err != nil {
			return fmt.Errorf("key ring: %w", err)
		}
		if _, err := auth.OpenOrMakeRing(ring); err != nil {
			return err
		}
	}
	return nil
}
