package rest

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
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
	page, err := template.New("problems").Funcs(template.FuncMap{"spans": spans}).Parse(problemsPage)
	if err != nil {
		return fmt.Errorf("page of problems: %w", err)
	}
	serve := func(at string, entries []explanation) error {
		var b bytes.Buffer
		if err := page.Execute(&b, entries); err != nil {
			return fmt.Errorf("page of problems: %w", err)
		}
		g.GET(at, func(c *gin.Context) { c.Header("Content-Security-Policy", problemsPolicy) }, bytesOf("text/html; charset=utf-8", b.Bytes()))
		return nil
	}
	for _, e := range all {
		err = errors.Join(err, serve("/problems/"+e.Code, []explanation{e}))
	}
	return errors.Join(err, serve("/problems", all))
}

// span is a part of a text, code or not.
type span struct {
	Text string
	Code bool
}

// spans parts a text at its backquotes.
func spans(text string) []span {
	var out []span
	for i, part := range strings.Split(text, "`") {
		out = append(out, span{part, i%2 == 1})
	}
	return out
}
