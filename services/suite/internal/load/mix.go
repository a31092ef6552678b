package load

import (
	"context"
	"net/http"
	"sync"

	"w2w/services/suite/internal/portal"
	"w2w/services/suite/internal/season"
)

// request is one call of the mix: it says what it is about and who sends it, and fails when its answer is not the right one.
type request struct {
	about string
	by    *portal.Client
	send  func(ctx context.Context, by *portal.Client) error
}

// mix is what portals do all day: lists of both services, applications that are filed, and those read back. What was
// filed once must be found ever after, whichever replica answers.
type mix struct {
	applicants, pools []*portal.Client // who may read applications, and the pool
	filer             *season.Filer    // nil when nothing is filed
	writers           []*portal.Client // who may file for the filer's Region
	mu                sync.Mutex
	filed             []string // ids
}

const (
	applications = "/concessions/v1/applications"
	conventions  = "/lsu/v1/conventions"
)

func newMix(book *portal.Book, readsOnly bool) (*mix, error) {
	m := &mix{}
	var err error
	if m.applicants, err = book.Holders("", "applications:read"); err != nil {
		return nil, err
	}
	if m.pools, err = book.Holders("", "pool:read"); err != nil {
		return nil, err
	}
	if readsOnly {
		return m, nil
	}
	if m.filer, err = season.NewFiler(book); err != nil {
		return nil, err
	}
	m.writers, err = book.Holders(m.filer.Administration, "applications:file")
	return m, err
}

// greet has every client get its token before anything is counted: all of them call from one address here, and the
// gateway bounds how many tokens an address may ask for.
func (m *mix) greet(ctx context.Context) error {
	for _, clients := range [][]*portal.Client{m.applicants, m.writers} {
		for _, client := range clients {
			if err := client.Do(ctx, portal.Call{Method: http.MethodGet, Path: applications + "?limit=1"}); err != nil {
				return err
			}
		}
	}
	for _, client := range m.pools {
		if err := client.Do(ctx, portal.Call{Method: http.MethodGet, Path: conventions + "?limit=1"}); err != nil {
			return err
		}
	}
	return nil
}

// next is the request of a turn: half of them go to each service; of ten, one files and two read back. What comes only
// so often in ten goes to the next client after ten: by the turn, some clients would never have it.
func (m *mix) next(turn int) request {
	if turn%2 == 1 {
		return list(m.pools, turn/2, conventions)
	}
	switch kind := turn % 10; {
	case m.filer == nil:
	case kind == 0:
		return request{"POST " + applications, nth(m.writers, turn/10), m.file}
	case kind <= 4:
		if id := m.known(turn); id != "" {
			return request{"GET " + applications + "/{id}", nth(m.writers, turn/10), get(applications + "/" + id)}
		}
	}
	return list(m.applicants, turn/10, applications)
}

func nth(clients []*portal.Client, n int) *portal.Client { return clients[n%len(clients)] }

func list(clients []*portal.Client, n int, path string) request {
	return request{"GET " + path, nth(clients, n), get(path + "?limit=5")}
}

func get(path string) func(ctx context.Context, by *portal.Client) error {
	return func(ctx context.Context, by *portal.Client) error {
		return by.Once(ctx, portal.Call{Method: http.MethodGet, Path: path})
	}
}

func (m *mix) file(ctx context.Context, by *portal.Client) error {
	ref, body := m.filer.Next()
	var made struct {
		ID string `json:"id"`
	}
	err := by.Once(ctx, portal.Call{Method: http.MethodPost, Path: applications, Key: "file-" + ref, Body: body, Into: &made})
	if err == nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.filed = append(m.filed, made.ID)
	}
	return err
}

// known is an application that was filed, another one at each turn.
func (m *mix) known(turn int) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.filed) == 0 {
		return ""
	}
	return m.filed[turn%len(m.filed)]
}
