package httpx_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/httpx"
)

func TestAStoppingServerLetsRequestsFinishAndTellsThemToHurry(t *testing.T) {
	t.Parallel()
	require.Nil(t, httpx.Draining(context.Background()))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	arrived, ended := make(chan struct{}), make(chan error, 1)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go func() {
		ended <- httpx.Serve(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(arrived)
			<-httpx.Draining(r.Context())
			if r.Context().Err() == nil {
				_, _ = io.WriteString(w, "whole")
			}
		}))
	}()
	answer := make(chan string, 1)
	go func() {
		body := ""
		if r, err := http.Get("http://" + l.Addr().String()); err == nil {
			raw, _ := io.ReadAll(r.Body)
			body = string(raw)
		}
		answer <- body
	}()
	<-arrived
	stop()
	require.Equal(t, "whole", <-answer)
	require.NoError(t, <-ended)
}
