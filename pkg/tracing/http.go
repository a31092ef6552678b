package tracing

import (
	"net/http"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// w3c is the form of W3C in which a trace goes from process to process.
var w3c = propagation.TraceContext{}

// methods are those that a span may be called after: a caller can write anything there.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}

// Method is the name of a request's method as far as it is one.
func Method(r *http.Request) string {
	if slices.Contains(methods, r.Method) {
		return r.Method
	}
	return "_OTHER"
}

// Serve begins the span of a request that came in, and puts it into the request: its context, and the header that
// goes on to logs and to other services. At the edge the caller's trace is not continued, only linked: an outsider
// would decide what is kept, and tie its calls to traces of others.
func Serve(r *http.Request, edge, linked bool) (*http.Request, trace.Span) {
	options := []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(attribute.String("http.request.method", Method(r)))}
	ctx := w3c.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	if edge {
		caller := trace.SpanContextFromContext(ctx)
		ctx = r.Context()
		options = append(options, trace.WithNewRoot())
		if linked {
			plain := trace.NewSpanContext(trace.SpanContextConfig{TraceID: caller.TraceID(), SpanID: caller.SpanID(), Remote: true})
			options = append(options, trace.WithLinks(trace.Link{SpanContext: plain}))
		}
		r.Header.Del("Tracestate")
	}
	ctx, span := Tracer().Start(ctx, Method(r), options...)
	w3c.Inject(ctx, propagation.HeaderCarrier(r.Header))
	return r.WithContext(ctx), span
}

// Answered ends the span of a request with the template of its route and its status: never with a path or a query,
// in which a caller may write what it likes.
func Answered(span trace.Span, r *http.Request, route string, status int) {
	if route != "" {
		span.SetName(Method(r) + " " + route)
		span.SetAttributes(attribute.String("http.route", route))
	}
	answered(span, status, http.StatusInternalServerError)
	span.End()
}

func answered(span trace.Span, status, failure int) {
	span.SetAttributes(attribute.Int("http.response.status_code", status))
	if status >= failure {
		span.SetStatus(codes.Error, "")
	}
}

// Transport makes a span of each call to a service, and hands it on.
func Transport(service string, next http.RoundTripper) http.RoundTripper {
	return transport{service, next}
}

type transport struct {
	service string
	next    http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !On() {
		return t.next.RoundTrip(r)
	}
	ctx, span := Tracer().Start(r.Context(), Method(r), trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("http.request.method", Method(r)), attribute.String("peer.service", "w2w-"+t.service)))
	defer span.End()
	r = r.Clone(ctx)
	w3c.Inject(ctx, propagation.HeaderCarrier(r.Header))
	res, err := t.next.RoundTrip(r)
	if err != nil {
		span.SetStatus(codes.Error, "") // what it says may name addresses and paths
		return nil, err
	}
	answered(span, res.StatusCode, http.StatusBadRequest)
	return res, nil
}
