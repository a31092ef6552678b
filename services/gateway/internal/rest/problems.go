package rest

import (
	_ "embed"
	"errors"
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"
)

//go:embed docs/problems.html
var problemsPage string

// problemsPolicy lets the page load nothing at all but its one style.
const problemsPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// explanation is an entry of docs/problems.md: its points are label and text.
type explanation struct {
	Code, Status string
	Points       [][2]string
}

var (
	entryHead  = regexp.MustCompile(`(?m)^## ([a-z-]+)$`)
	entryHTTP  = regexp.MustCompile(`(?m)^HTTP (\d{3})`)
	entryPoint = regexp.MustCompile(`(?m)^- \*\*(\w+)\*\*: (.+)$`)
)

// explanations reads the entries of docs/problems.md.
func explanations(text string) ([]explanation, error) {
	heads := entryHead.FindAllStringSubmatchIndex(text, -1)
	if len(heads) == 0 {
		return nil, errors.New("the explanations of problems have no entries")
	}
	out := make([]explanation, len(heads))
	for i, h := range heads {
		end := len(text)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		body := text[h[1]:end]
		e := explanation{Code: text[h[2]:h[3]]}
		if status := entryHTTP.FindStringSubmatch(body); status != nil {
			e.Status = status[1]
		}
		for _, p := range entryPoint.FindAllStringSubmatch(body, -1) {
			e.Points = append(e.Points, [2]string{p[1], p[2]})
		}
		if e.Status == "" || len(e.Points) == 0 {
			return nil, fmt.Errorf("the explanation of %s is not in the form of the others", e.Code)
		}
		out[i] = e
	}
	return out, nil
}

// problems serves a page for each code, to which the Link of a problem leads, and one with all of them.
func problems(g *gin.RouterGroup, text string) error {
	all, err := explanations(text)
	if err != nil {
		return err
	}
	serve := func(at string, entries ...explanation) {
		var b strings.Builder
		for _, e := range entries {
			e.write(&b)
		}
		g.GET(at, func(c *gin.Context) { c.Header("Content-Security-Policy", problemsPolicy) },
			bytesOf("text/html; charset=utf-8", filled(problemsPage, "entries", b.String())))
	}
	for _, e := range all {
		serve("/problems/"+e.Code, e)
	}
	serve("/problems", all...)
	return nil
}

// write writes the entry as HTML.
func (e explanation) write(b *strings.Builder) {
	code := html.EscapeString(e.Code)
	fmt.Fprintf(b, "<h1 id=\"%s\">%s</h1>\n<p>HTTP %s</p>\n<dl>\n", code, code, html.EscapeString(e.Status))
	for _, p := range e.Points {
		fmt.Fprintf(b, "<dt>%s</dt><dd>%s</dd>\n", html.EscapeString(p[0]), spans(p[1]))
	}
	b.WriteString("</dl>\n")
}

// spans is a text as HTML: what stands between its backquotes is code.
func spans(text string) string {
	var b strings.Builder
	for i, part := range strings.Split(text, "`") {
		part = html.EscapeString(part)
		if i%2 == 1 {
			part = "<code>" + part + "</code>"
		}
		b.WriteString(part)
	}
	return b.String()
}
