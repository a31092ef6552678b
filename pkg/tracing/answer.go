package tracing

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// The fields of ExportTraceServiceResponse, https://opentelemetry.io/docs/specs/otlp/; its Go package brings gRPC along.
const (
	partialSuccess = 1
	rejectedSpans  = 1
	errorMessage   = 2
)

// refused tells of spans that a collector left out of what it took.
func refused(media string, answer []byte) error {
	if media != "application/x-protobuf" {
		return nil
	}
	var spans uint64
	var why string
	for field, value := range fields(answer) {
		if field != partialSuccess {
			continue
		}
		for field, value := range fields(value) {
			switch field {
			case rejectedSpans:
				spans, _ = protowire.ConsumeVarint(value)
			case errorMessage:
				why = string(value)
			}
		}
	}
	if spans == 0 && why == "" {
		return nil
	}
	return fmt.Errorf("the collector refused %d spans: %s", spans, why)
}

// fields are those of a message, without tag and length; of one that is none, those before the fault.
func fields(message []byte) func(yield func(protowire.Number, []byte) bool) {
	return func(yield func(protowire.Number, []byte) bool) {
		for len(message) > 0 {
			number, kind, tag := protowire.ConsumeTag(message)
			if tag < 0 {
				return
			}
			length := protowire.ConsumeFieldValue(number, kind, message[tag:])
			if length < 0 {
				return
			}
			value := message[tag : tag+length]
			if kind == protowire.BytesType {
				value, _ = protowire.ConsumeBytes(value)
			}
			if !yield(number, value) {
				return
			}
			message = message[tag+length:]
		}
	}
}
