package rest

import (
	"embed"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

// The files of swagger-ui-dist 5.35.0 (Apache-2.0) that the page needs; LICENSE and NOTICE travel with them.
//
//go:embed docs
var assets embed.FS

// docsPolicy lets the page load nothing from elsewhere. Swagger UI sets inline styles.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

type specLink struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// documentation serves all specifications from one page, without a CDN.
func (s *server) documentation(g *gin.RouterGroup) error {
	links := []specLink{}
	for _, name := range slices.Sorted(maps.Keys(s.Specs)) {
		spec, err := s.here(name)
		if err != nil {
			return err
		}
		links = append(links, specLink{name, "/openapi/" + name + ".json"})
		serveBytes(g, "/openapi/"+name+".json", "application/json", spec)
	}
	list, err := json.Marshal(links)
	if err != nil {
		return fmt.Errorf("documentation: %w", err)
	}
	page, err := assets.ReadFile("docs/index.html")
	if err != nil {
		return fmt.Errorf("documentation: %w", err)
	}
	page = filled(string(page), "links", linksOf(links))
	g.GET("/docs", func(c *gin.Context) {
		c.Header("Content-Security-Policy", docsPolicy)
		c.Data(http.StatusOK, "text/html; charset=utf-8", page)
	})
	serveBytes(g, "/docs/specs.json", "application/json", list)
	return s.assets(g)
}

// filled puts what is already HTML in the place that a page has for it. Not html/template: it looks methods up by name,
// and a program that does keeps every method of every type, used or not: 8 MB of this one.
func filled(page, place, with string) []byte {
	return []byte(strings.Replace(page, "<!-- "+place+" -->", with, 1))
}

func linksOf(specs []specLink) string {
	var b strings.Builder
	for _, l := range specs {
		fmt.Fprintf(&b, `<li><a href="%s">%s</a></li>`, html.EscapeString(l.URL), html.EscapeString(l.Name))
	}
	return b.String()
}

// here is a specification whose one server is this gateway, so that the page calls nobody else.
func (s *server) here(name string) ([]byte, error) {
	var spec map[string]any
	if err := json.Unmarshal(s.Specs[name], &spec); err != nil {
		return nil, fmt.Errorf("specification %s: %w", name, err)
	}
	base := "/"
	if slices.ContainsFunc(s.Routes, func(r Route) bool { return r.Name == name }) {
		base = "/" + name + "/v1"
	}
	spec["servers"] = []map[string]string{{"url": base}}
	return json.Marshal(spec)
}

func (s *server) assets(g *gin.RouterGroup) error {
	for name, media := range map[string]string{
		"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript", "start.js": "text/javascript", "LICENSE": "text/plain",
		"NOTICE": "text/plain",
	} {
		data, err := assets.ReadFile(path.Join("docs", name))
		if err != nil {
			return fmt.Errorf("documentation: %w", err)
		}
		serveBytes(g, "/docs/"+name, media+"; charset=utf-8", data)
	}
	return nil
}

func serveBytes(g *gin.RouterGroup, at, media string, data []byte) {
	g.GET(at, bytesOf(media, data))
}

func bytesOf(media string, data []byte) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Header("Cache-Control", publicAge)
		c.Data(http.StatusOK, media, data)
	}
}
