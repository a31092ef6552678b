package tracing

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

const (
	firstWait  = 5 * time.Second
	longWait   = 30 * time.Second
	givenUp    = time.Minute
	mostAnswer = 64 << 10
)

// collector takes spans over OTLP/HTTP. OpenTelemetry's own client of it would do, if it did not bring gRPC along, which
// nothing here speaks: a megabyte of each program.
type collector struct {
	url     string
	headers map[string]string
	gzip    bool
	client  *http.Client
	stopped chan struct{}
}

func (*collector) Start(context.Context) error { return nil }

// Stop ends what waits for another try.
func (c *collector) Stop(context.Context) error {
	close(c.stopped)
	return nil
}

// UploadTraces sends spans, again while the collector asks for that. The message is that of the service of traces:
// TracesData has the same form.
func (c *collector) UploadTraces(ctx context.Context, spans []*otlp.ResourceSpans) error {
	body, err := proto.Marshal(&otlp.TracesData{ResourceSpans: spans})
	if err != nil {
		return err
	}
	if c.gzip {
		if body, err = zipped(body); err != nil {
			return err
		}
	}
	until, wait := time.Now().Add(givenUp), firstWait
	for {
		again, after, err := c.post(ctx, body)
		if err == nil || !again || time.Now().Add(cmp.Or(after, wait)).After(until) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-c.stopped:
			return err
		case <-time.After(cmp.Or(after, wait)):
		}
		wait = min(2*wait, longWait)
	}
}

// post sends once, and says whether and when to try again.
func (c *collector) post(ctx context.Context, body []byte) (again bool, after time.Duration, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return false, 0, err
	}
	for name, value := range c.headers {
		r.Header.Set(name, value)
	}
	r.Header.Set("Content-Type", "application/x-protobuf")
	if c.gzip {
		r.Header.Set("Content-Encoding", "gzip")
	}
	res, err := c.client.Do(r)
	if err != nil {
		return os.IsTimeout(err), 0, err // nobody there is no reason to hold up the end of the program
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer))
	if err != nil {
		return false, 0, err
	}
	switch res.StatusCode {
	case http.StatusOK, http.StatusAccepted, http.StatusNoContent:
		return false, 0, refused(res.Header.Get("Content-Type"), answer)
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
		again, after = true, time.Duration(seconds)*time.Second
	}
	return again, after, fmt.Errorf("the collector says %s: %s", res.Status, strings.TrimSpace(string(answer)))
}
