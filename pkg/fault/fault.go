// Package fault holds the one error type that crosses the rooms of a service. A handler never chooses
// an HTTP status: the code of the fault does, by the catalogue in this package.
package fault

import (
	"errors"
	"fmt"
)

// Text is a sentence for people in Italian and in English.
type Text struct {
	IT string `json:"it"`
	EN string `json:"en"`
}

// In returns the text in the language asked for: "it" is Italian, everything else English.
func (t Text) In(lang string) string {
	if lang == "it" && t.IT != "" {
		return t.IT
	}
	return t.EN
}

// Field says what is wrong with one place of the request: Pointer is a JSON pointer (RFC 6901) into the
// body, or "query:name" or "header:name".
type Field struct {
	Pointer string
	Code    string
	Text    Text
}

// Error is a refusal or a failure with a stable code, the fields it concerns and members that a client
// can act upon (RFC 9457 extensions).
type Error struct {
	Code   Code
	Detail Text
	Fields []Field
	Extra  map[string]any
	cause  error
}

// New makes a fault of the given code with its detail in both languages.
func New(code Code, it, en string) *Error {
	return &Error{Code: code, Detail: Text{IT: it, EN: en}}
}

// Wrap makes a fault that keeps its cause for the log; the cause never reaches a client.
func Wrap(cause error, code Code) *Error {
	return &Error{Code: code, Detail: code.Title(), cause: cause}
}

// At adds a field to the fault.
func (e *Error) At(pointer, code, it, en string) *Error {
	e.Fields = append(e.Fields, Field{Pointer: pointer, Code: code, Text: Text{IT: it, EN: en}})
	return e
}

// With adds an extension member to the fault.
func (e *Error) With(name string, value any) *Error {
	if e.Extra == nil {
		e.Extra = map[string]any{}
	}
	e.Extra[name] = value
	return e
}

// Error implements error; it names no personal data because details never do.
func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Detail.EN, e.cause)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Detail.EN)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// As returns the fault inside err, or nil.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// Is says whether err is a fault of this code.
func Is(err error, code Code) bool {
	e := As(err)
	return e != nil && e.Code == code
}
