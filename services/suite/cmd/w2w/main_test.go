package main

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/services/suite/internal/portal"
)

func TestExitCodesTellSuccessRefusalAndFailureApart(t *testing.T) {
	t.Parallel()
	for want, err := range map[int]error{success: nil, refusal: &portal.Refusal{Status: 422}, failure: errors.New("disk")} {
		require.Equal(t, want, exitCode(err, io.Discard))
	}
}

func TestWrongArgumentsAreRefused(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"fly"}, {"import"}, {"import", "season", "x"}, {"import", "season", "x", "--out", "y"},
		{"import", "season", "x", "--out", "y", "--data-dir", t.TempDir()}, {"run", "--wings"}} {
		require.Equal(t, refusal, exitCode(run(context.Background(), args, io.Discard), io.Discard), args)
	}
}
