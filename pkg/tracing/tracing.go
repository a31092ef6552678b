// Package tracing sends spans to an OpenTelemetry collector. It is off until Start is called; while it is off nothing
// is made, measured or held for it.
package tracing

import (
	"context"
	"fmt"
	"net/url"
	"sync/atomic"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Options say where spans go, whose they are, and which share of the traces that begin here is kept.
type Options struct {
	Endpoint string // http://collector:4318; /v1/traces when it has no path
	Service  string
	Version  string
	Share    float64
	Report   func(error) // of spans that could not be sent
}

var on atomic.Bool

// On says whether spans are made.
func On() bool { return on.Load() }

// Tracer makes the spans of this process.
func Tracer() trace.Tracer { return otel.Tracer("w2w") }

// Start sends spans from now on, and returns what ends that and sends those that wait. Without an endpoint it does
// nothing.
func Start(ctx context.Context, o Options) (stop func(context.Context) error, err error) {
	if o.Endpoint == "" {
		return func(context.Context) error { return nil }, nil
	}
	u, err := url.Parse(o.Endpoint)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("settings: W2W_OTLP_ENDPOINT is no http address")
	}
	if o.Share < 0 || o.Share > 1 {
		return nil, fmt.Errorf("settings: W2W_TRACE_SHARE is not from 0 to 1")
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/v1/traces"
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(u.String()))
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithSampler(sdk.ParentBased(sdk.TraceIDRatioBased(o.Share))),
		sdk.WithResource(resource.NewSchemaless(attribute.String("service.name", "w2w-"+o.Service), attribute.String("service.version", o.Version))))
	otel.SetErrorHandler(otel.ErrorHandlerFunc(o.Report))
	otel.SetTracerProvider(provider)
	on.Store(true)
	return func(ctx context.Context) error {
		on.Store(false)
		return provider.Shutdown(ctx)
	}, nil
}
