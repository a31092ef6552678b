package apitest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// Ear hears what a service says to others than those who may see people: addresses, problems, events and logs.
type Ear struct {
	Logs *observer.ObservedLogs

	house *House
	said  []string
}

// OpenHeard is a house with an ear.
func (s *Service) OpenHeard(t testing.TB) (*House, *Ear) {
	t.Helper()
	core, logs := observer.New(zapcore.DebugLevel)
	h := s.OpenLogged(t, zap.New(core))
	return h, &Ear{Logs: logs, house: h}
}

// Send sends a request and hears what is said about it.
func (e *Ear) Send(c Caller, method, path string, body any, headers ...string) Answer {
	e.house.T.Helper()
	a := c.Send(method, path, body, headers...)
	e.Hear(path, a.Header.Get("Location"))
	if a.Status >= 400 {
		e.Hear(string(a.Raw))
	}
	return a
}

// Hear adds what is said elsewhere.
func (e *Ear) Hear(said ...string) { e.said = append(e.said, said...) }

// RequireSilence wants none of the secrets to have been said, in whatever case; failures must have been logged, and
// each call.
func (e *Ear) RequireSilence(t testing.TB, secrets ...string) {
	t.Helper()
	emitted := e.house.Emitted()
	require.NotEmpty(t, emitted)
	for _, event := range emitted {
		e.Hear(event.Subject, string(event.Data))
	}
	require.NotEmpty(t, e.Logs.FilterLevelExact(zapcore.ErrorLevel).All(), "failures are logged")
	require.Greater(t, e.Logs.Len(), 40, "and each call")
	for _, entry := range e.Logs.All() {
		e.Hear(entry.Message + fmt.Sprint(entry.ContextMap()))
	}
	for _, secret := range secrets {
		for _, said := range e.said {
			require.NotContains(t, strings.ToUpper(said), strings.ToUpper(secret))
		}
	}
}
