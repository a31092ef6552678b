package rest

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// Where nobody listens a service is tried again, for a while; another failure is told at once.
func TestAServiceThatRefusesIsTriedAgain(t *testing.T) {
	t.Parallel()
	refused := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	for name, c := range map[string]struct {
		failure         error
		failures, tries int
		connected       bool
	}{
		"it listens":       {nil, 0, 1, true},
		"soon":             {refused, 2, 3, true},
		"just in time":     {refused, 4, 5, true},
		"not at all":       {refused, 9, 5, false},
		"it has no way in": {errors.New("no route to host"), 1, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tries := 0
			conn, err := connect(func(context.Context, string, string) (net.Conn, error) {
				if tries++; tries <= c.failures {
					return nil, c.failure
				}
				return &net.TCPConn{}, nil
			}).patiently(t.Context(), "tcp", "service:8080")
			require.Equal(t, c.tries, tries)
			require.Equal(t, c.connected, conn != nil)
			if !c.connected {
				require.ErrorIs(t, err, c.failure)
			}
		})
	}
}

func TestNobodyWaitsForAServiceWhenTheCallerIsGone(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	tries := 0
	_, err := connect(func(context.Context, string, string) (net.Conn, error) {
		tries++
		cancel()
		return nil, syscall.ECONNREFUSED
	}).patiently(ctx, "tcp", "service:8080")
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
	require.Equal(t, 1, tries)
}
