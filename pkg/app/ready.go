package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// errUnready is what a process says of itself that is not ready.
var errUnready = errors.New("not ready")

const askTimeout = 2 * time.Second

// Ready asks the process that runs in the same environment whether it is ready; the error says why it is not. A startup
// probe of Kubernetes runs it as `/service ready`, since the status of a pod shows what such a command says, but never
// the body of an answer by HTTP.
func (p Program[S]) Ready(ctx context.Context, environ []string) error {
	all, err := p.settings(environ)
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(all.Common.InternalAddr)
	if err != nil {
		return err
	}
	if host == "" {
		host = "localhost"
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("%w: %w", errUnready, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	var problem struct {
		Detail string `json:"detail"`
	}
	_ = json.NewDecoder(answer.Body).Decode(&problem) // an answer that is no problem leaves its status
	return fmt.Errorf("%w: %d %s", errUnready, answer.StatusCode, problem.Detail)
}
