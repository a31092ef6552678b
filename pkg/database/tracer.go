package database

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"w2w/pkg/tracing"
)

// tracer makes a span of each round trip that belongs to a request; work in the background has none. It shows the
// text of statements and never their arguments, and of an error its code alone: its message may quote a row.
type tracer struct{ schema string }

func (t tracer) start(ctx context.Context, name string, more ...attribute.KeyValue) context.Context {
	if !trace.SpanFromContext(ctx).IsRecording() {
		return ctx
	}
	ctx, _ = tracing.Tracer().Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(append(more, attribute.String("db.system.name", "postgresql"), attribute.String("db.namespace", t.schema))...))
	return context.WithValue(ctx, begun{}, true)
}

// begun marks the context of a span that this tracer began, and has to end.
type begun struct{}

func (tracer) end(ctx context.Context, err error) {
	if ctx.Value(begun{}) == nil {
		return
	}
	span := trace.SpanFromContext(ctx)
	defer span.End()
	if err == nil || errors.Is(err, pgx.ErrNoRows) {
		return
	}
	span.SetStatus(codes.Error, "")
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		span.SetAttributes(attribute.String("db.response.status_code", refused.Code))
	}
}

func text(sql string) attribute.KeyValue { return attribute.String("db.query.text", sql) }

// TraceQueryStart implements pgx.QueryTracer.
func (t tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	return t.start(ctx, "query", text(q.SQL))
}

// TraceQueryEnd implements pgx.QueryTracer.
func (t tracer) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryEndData) {
	t.end(ctx, q.Err)
}

// TraceBatchStart implements pgx.BatchTracer.
func (t tracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, b pgx.TraceBatchStartData) context.Context {
	return t.start(ctx, "batch", attribute.Int("db.operation.batch.size", b.Batch.Len()))
}

// TraceBatchQuery implements pgx.BatchTracer.
func (t tracer) TraceBatchQuery(ctx context.Context, _ *pgx.Conn, q pgx.TraceBatchQueryData) {
	if ctx.Value(begun{}) != nil {
		trace.SpanFromContext(ctx).AddEvent("query", trace.WithAttributes(text(q.SQL)))
	}
}

// TraceBatchEnd implements pgx.BatchTracer.
func (t tracer) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, b pgx.TraceBatchEndData) {
	t.end(ctx, b.Err)
}
