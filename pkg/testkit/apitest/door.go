package apitest

import (
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Door is an address behind which a fleet is reached as behind a Service of Kubernetes: each new connection is led to a
// replica that was ready when it was asked last, and stays there until one of the two sides closes it.
func (f *Fleet) Door(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for n := int64(0); ; n++ {
			caller, err := l.Accept()
			if err != nil {
				return
			}
			go f.lead(caller, n)
		}
	}()
	return l.Addr().String()
}

// lead joins a caller with one of the replicas; a replica that has just gone is passed over.
func (f *Fleet) lead(caller net.Conn, n int64) {
	defer func() { _ = caller.Close() }()
	for range f.Members() {
		to := f.Ready(n)
		if to == nil {
			return
		}
		if replica, err := net.Dial("tcp", to.Public); err == nil {
			join(caller, replica)
			return
		}
		n++
	}
}

func join(caller, replica net.Conn) {
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{caller, replica}, {replica, caller}} {
		both.Go(func() {
			_, _ = io.Copy(way[0], way[1])
			_, _ = caller.Close(), replica.Close()
		})
	}
	both.Wait()
}
