package bulk

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/pkg/yaml"
)

const (
	mediaJSON  = "application/json"
	maxExport  = 100_000 // rows in one file
	limitQuery = "limit"
	pageQuery  = "cursor"
)

// Exports hands out the lists of a contract as tables: every GET whose answer declares MediaCSV and MediaXLSX
// beside JSON with `items`. The columns are the properties of the items as the contract has them. An
// operation with the extension x-own-table writes its table itself.
type Exports struct {
	lists  map[string]list // by the route of the engine
	record Recorder
	max    int
}

type list struct {
	media   []string // all forms in which the list is answered, JSON first
	columns []column
	header  []string
	page    int // items a page, 0 for a list without pages
}

// Export is a file that is about to be handed out.
type Export struct {
	Path  string
	Query string
	Media string
	Rows  int
}

// Recorder notes who exports what; its failure stops the export.
type Recorder func(ctx context.Context, e Export) error

// NewExports finds the lists of a contract.
func NewExports(contract *httpx.Contract, record Recorder) (*Exports, error) {
	spec, base := contract.Source()
	doc, err := readDocument(spec)
	if err != nil {
		return nil, fmt.Errorf("openapi document: %w", err)
	}
	x := &Exports{lists: map[string]list{}, record: record, max: maxExport}
	paths, _ := at(doc.root, "paths").(yaml.Map)
	for _, p := range paths {
		get := at(p.Value, "get")
		content := at(get, "responses", "200", "content")
		if at(content, MediaXLSX) == nil || at(get, "x-own-table") == true {
			continue
		}
		l, err := doc.list(content, at(get, "parameters"))
		if err != nil {
			return nil, fmt.Errorf("table of %s: %w", p.Key, err)
		}
		x.lists[base+route(p.Key)] = l
	}
	return x, nil
}

// route is a path of a contract as the engine writes it.
func route(template string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(template)
}

func (d document) list(content, parameters any) (l list, err error) {
	forms, _ := content.(yaml.Map)
	for _, f := range forms {
		l.media = append(l.media, f.Key)
	}
	items := d.schema(d.property(at(content, mediaJSON, "schema"), "items"))
	if l.columns, err = d.columns(at(items, "items"), column{}); err != nil {
		return l, err
	}
	for _, c := range l.columns {
		l.header = append(l.header, c.name())
	}
	all, _ := parameters.([]any)
	for _, p := range all {
		p = d.schema(p)
		if at(p, "name") == limitQuery {
			l.page, err = strconv.Atoi(fmt.Sprint(at(p, "schema", "maximum")))
		}
	}
	return l, err
}

// Middleware answers who asks for a list as a table; everybody else passes. It stands last before the
// handlers, and asks the list's own handler for page after page.
func (x *Exports) Middleware() gin.HandlerFunc {
	return func(c *gin.Context) {
		l, ok := x.lists[c.FullPath()]
		if !ok || c.Request.Method != http.MethodGet {
			return
		}
		media, err := httpx.Negotiate(c, l.media...)
		if err == nil && media != MediaCSV && media != MediaXLSX {
			return
		}
		if err == nil {
			err = x.export(c, l, media)
		}
		if err != nil {
			httpx.Problem(c, err)
		}
		c.Abort()
	}
}

func (x *Exports) export(c *gin.Context, l list, media string) error {
	query := c.Request.URL.Query()
	for _, name := range []string{limitQuery, pageQuery} {
		if query.Has(name) {
			return fault.New(fault.RequestInvalid, "Un'esportazione è intera: non ha pagine.", "An export is whole: it has no pages.").
				At("query:"+name, "whole", "non ammesso in un'esportazione", "not taken by an export")
		}
	}
	asked := Export{Path: c.Request.URL.Path, Query: c.Request.URL.RawQuery, Media: media}
	t, err := NewTable(media, l.header)
	if err != nil {
		return err
	}
	refused, err := x.fill(c, l, t, &asked.Rows)
	if err != nil {
		return err
	}
	if refused != nil {
		return refused.send(c)
	}
	if err := x.record(c, asked); err != nil {
		return err
	}
	c.Header("Content-Type", media)
	c.Header("Content-Disposition", `attachment; filename="`+path.Base(asked.Path)+map[string]string{MediaCSV: ".csv", MediaXLSX: ".xlsx"}[media]+`"`)
	if _, err := t.WriteTo(c.Writer); err != nil && !c.Writer.Written() {
		return err
	}
	return nil // a caller who went away in the middle reads no problem
}

// fill asks for all pages; a page that is no list is the answer, and nothing else.
func (x *Exports) fill(c *gin.Context, l list, t Table, rows *int) (refused *page, err error) {
	cells := make([]any, len(l.columns))
	for next, more := "", true; more; more = next != "" {
		p := x.ask(c, l, next)
		if p.status != http.StatusOK {
			return p, nil
		}
		next, err = p.items(func(item any) error {
			if *rows++; *rows > x.max {
				return TooLong(x.max)
			}
			for i, column := range l.columns {
				cells[i] = column.cell(item)
			}
			return t.Row(cells)
		})
		if err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// TooLong refuses a list of more rows than may be answered at once.
func TooLong(most int) error {
	return fault.New(fault.RuleViolated, fmt.Sprintf("L'elenco ha più di %d righe: restringere i filtri.", most),
		fmt.Sprintf("The list has more than %d rows: narrow the filters.", most)).With("max_rows", most)
}

type mostKey struct{}

// Most is how many rows the answer may have: fewer in a table than the list has otherwise. A handler whose lists have
// no pages asks for it, and refuses what is TooLong before it is put together.
func Most(ctx context.Context, otherwise int) int {
	if most, ok := ctx.Value(mostKey{}).(int); ok {
		return most
	}
	return otherwise
}

// ask lets the list's handler answer one page in JSON.
func (x *Exports) ask(c *gin.Context, l list, cursor string) *page {
	request, writer := c.Request, c.Writer
	defer func() { c.Request, c.Writer = request, writer }()
	c.Request = request.Clone(context.WithValue(request.Context(), mostKey{}, x.max))
	c.Request.Header.Set("Accept", mediaJSON)
	query := c.Request.URL.Query()
	if l.page > 0 {
		query.Set(limitQuery, strconv.Itoa(l.page))
	}
	if cursor != "" {
		query.Set(pageQuery, cursor)
	}
	c.Request.URL.RawQuery = query.Encode()
	p := newPage(writer)
	c.Writer = p
	c.Handler()(c)
	return p
}

// send hands the page on as it is.
func (p *page) send(c *gin.Context) error {
	for name, values := range p.header {
		c.Writer.Header()[name] = slices.Clone(values)
	}
	c.Status(p.status)
	_, err := c.Writer.Write(p.body.Bytes())
	return err
}
