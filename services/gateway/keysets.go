package gateway

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
)

// keySetsLimit is how many key sets of clients are remembered; a forgotten one is only fetched again.
const keySetsLimit = 1024

// keySets are the published keys of clients, by address.
type keySets struct {
	client *http.Client
	now    clock.Clock

	mu    sync.Mutex
	known map[string]*auth.RemoteKeys
}

// newKeySets fetches only from public addresses, without a proxy and without following redirects: an address in the
// registry must not let anybody look around inside the house. In development the machine itself serves key sets.
func newKeySets(dev bool, now clock.Clock) *keySets {
	dialer := &net.Dialer{Timeout: 2 * time.Second}
	if !dev {
		dialer.Control = onlyOutside
	}
	client := &http.Client{
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: 2 * time.Second, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &keySets{client: client, now: now, known: map[string]*auth.RemoteKeys{}}
}

var errInside = errors.New("the address is not public")

// onlyOutside looks at the address that a name has led to, just before it is dialled.
func onlyOutside(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return errInside
	}
	if ip := at.Addr().Unmap(); !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return errInside
	}
	return nil
}

// of is the key set at an address.
func (k *keySets) of(uri string) auth.KeySource {
	k.mu.Lock()
	defer k.mu.Unlock()
	if known, ok := k.known[uri]; ok {
		return known
	}
	if len(k.known) >= keySetsLimit {
		clear(k.known)
	}
	k.known[uri] = auth.NewRemoteKeys(uri, k.client, k.now)
	return k.known[uri]
}
