package httpx_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/httpx"
)

func TestAZeroValueIsLeftOut(t *testing.T) {
	t.Parallel()
	require.Nil(t, httpx.Optional(""))
	require.Nil(t, httpx.Optional(0))
	require.Equal(t, "x", *httpx.Optional("x"))
	require.Equal(t, "x", httpx.Or(httpx.Optional("x")))
	require.Zero(t, httpx.Or[int](nil))
}

func TestNoItemsAreAnEmptyList(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"1", "2"}, httpx.Each([]int{1, 2}, strconv.Itoa))
	require.Equal(t, []string{}, httpx.Each(nil, strconv.Itoa))
}
