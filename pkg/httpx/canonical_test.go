package httpx_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/httpx"
)

func TestCanonicalIsTheFormOfRFC8785WithoutWhatIsStripped(t *testing.T) {
	t.Parallel()
	answer := map[string]any{"b": []any{1, "è<\u2028"}, "a": int64(1) << 52, "hash": "x", "in": map[string]any{"gone": true, "kept": nil}}
	raw, sum, err := httpx.Canonical(answer, func(content map[string]any) {
		delete(content, "hash")
		delete(content["in"].(map[string]any), "gone")
	})
	require.NoError(t, err)
	require.Equal(t, "{\"a\":4503599627370496,\"b\":[1,\"è<\u2028\"],\"in\":{\"kept\":null}}", string(raw))
	want := sha256.Sum256(raw)
	require.Equal(t, hex.EncodeToString(want[:]), sum)
}

func TestWhatIsNoObjectHasNoCanonicalForm(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]any{"a list": []int{1}, "no JSON": func() {}} {
		_, _, err := httpx.Canonical(answer, func(map[string]any) {})
		require.Error(t, err, name)
	}
}
