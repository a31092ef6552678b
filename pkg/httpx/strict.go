package httpx

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gin-gonic/gin"
	"github.com/go-json-experiment/json/jsontext"

	"w2w/pkg/fault"
)

const maxDepth = 32 // of nested objects and arrays

// readStrictly takes the body once, refuses JSON that two readers could understand differently, and
// leaves the bytes for the validator and the handler.
func readStrictly(c *gin.Context, op *openapi3.Operation) error {
	if op.RequestBody == nil {
		return nil
	}
	media, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err != nil || op.RequestBody.Value.Content.Get(media) == nil {
		return fault.New(fault.MediaTypeUnsupported, "Il Content-Type non è accettato.", "The Content-Type is not accepted.").
			At("header:Content-Type", "unsupported", "formato non accettato", "media type not accepted")
	}
	body, err := io.ReadAll(c.Request.Body)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fault.New(fault.BodyTooLarge, "Il contenuto supera il limite.", "The body is over the limit.").With("limit_bytes", tooLarge.Limit)
	}
	if err != nil {
		return fault.Wrap(err, fault.RequestInvalid)
	}
	c.Request.Body = io.NopCloser(bytes.NewReader(body))
	c.Request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	c.Set(bodyKey, body)
	c.Set(mediaKey, media)
	if media == mediaJSON {
		return strictJSON(body)
	}
	return nil
}

// strictJSON refuses duplicate names, invalid UTF-8, trailing data and deep nesting (400), and the
// character NUL, which PostgreSQL can't store (422).
func strictJSON(body []byte) error {
	dec := jsontext.NewDecoder(bytes.NewBuffer(body))
	escaped := bytes.Contains(body, []byte(`\u0000`)) // the only way in which valid JSON holds a NUL
	for {
		token, err := dec.ReadToken()
		if errors.Is(err, io.EOF) && dec.StackDepth() == 0 {
			return nil
		}
		if err == nil && dec.StackDepth() > maxDepth {
			err = fmt.Errorf("nested deeper than %d", maxDepth)
		}
		if err == nil && dec.StackDepth() == 0 && dec.InputOffset() < int64(len(bytes.TrimRight(body, " \t\r\n"))) {
			err = errors.New("data after the end")
		}
		if err != nil {
			pointer := string(dec.StackPointer())
			var syntactic *jsontext.SyntacticError
			if errors.As(err, &syntactic) {
				pointer = string(syntactic.JSONPointer)
			}
			return fault.New(fault.JSONInvalid, "Il JSON non è leggibile o ha nomi doppi.", "The JSON can't be read or has duplicate names.").
				At(pointer, "json", "qui il JSON non è valido", "the JSON is not valid here")
		}
		if escaped && token.Kind() == '"' && strings.ContainsRune(token.String(), 0) {
			return fault.New(fault.SchemaInvalid, "Il carattere NUL non è ammesso.", "The character NUL is not allowed.").
				At(string(dec.StackPointer()), "nul", "contiene NUL", "contains NUL")
		}
	}
}
