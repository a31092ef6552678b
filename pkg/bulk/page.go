package bulk

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"
)

// page takes what a handler answers, in the place of the connection.
type page struct {
	gin.ResponseWriter
	status int
	header http.Header
	body   bytes.Buffer
}

func newPage(w gin.ResponseWriter) *page {
	return &page{ResponseWriter: w, status: http.StatusOK, header: w.Header().Clone()}
}

// Header is the page's own.
func (p *page) Header() http.Header { return p.header }

// WriteHeader notes the status.
func (p *page) WriteHeader(status int) { p.status = status }

// WriteHeaderNow does nothing: a page has no connection.
func (p *page) WriteHeaderNow() {}

// Write takes a piece of the body.
func (p *page) Write(b []byte) (int, error) { return p.body.Write(b) }

// WriteString takes a piece of the body.
func (p *page) WriteString(s string) (int, error) { return p.body.WriteString(s) }

// Status is the page's own.
func (p *page) Status() int { return p.status }

// Size is that of the body.
func (p *page) Size() int { return p.body.Len() }

// Written says whether there is a body.
func (p *page) Written() bool { return p.body.Len() > 0 }

// items gives the page's items one by one and returns the cursor of the next page.
func (p *page) items(take func(item any) error) (next string, err error) {
	dec := json.NewDecoder(&p.body)
	dec.UseNumber()
	if _, err := dec.Token(); err != nil {
		return "", err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return "", err
		}
		switch name {
		case "items":
			err = eachOf(dec, take)
		case "next_cursor":
			err = dec.Decode(&next)
		default:
			err = dec.Decode(&json.RawMessage{})
		}
		if err != nil {
			return "", err
		}
	}
	return next, nil
}

func eachOf(dec *json.Decoder, take func(item any) error) error {
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() {
		var item any
		if err := dec.Decode(&item); err != nil {
			return err
		}
		if err := take(item); err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}
