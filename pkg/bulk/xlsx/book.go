// Package xlsx reads the rows of one sheet of a workbook (ECMA-376) that comes from a stranger: as a stream,
// within limits of bytes, parts and rows, and without anything that runs, fetches or computes.
package xlsx

import (
	"encoding/xml"
	"path"
	"strings"
)

const (
	relations = "http://schemas.openxmlformats.org/package/2006/relationships"
	contents  = "http://schemas.openxmlformats.org/package/2006/content-types"
	mainType  = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
)

// mainSpaces are the namespaces of a workbook, of the transitional form and of the strict one.
var mainSpaces = []string{"http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"}

// Read calls row for each row of the list that has a value, with the number of the row in the sheet and its
// cells that have one. The list is the only sheet that is shown, or the one of that name.
func Read(body []byte, sheet string, row func(number int, cells []Cell) error) error {
	c, err := openContainer(body)
	if err != nil {
		return err
	}
	b := &book{container: c}
	if err := b.open(); err != nil {
		return err
	}
	part, err := b.choose(sheet)
	if err != nil {
		return err
	}
	return b.rows(part, row)
}

// book is an open workbook: what its cells refer to, and its sheets.
type book struct {
	*container
	texts     *texts
	styles    *styles
	since1904 bool
	sheets    []sheet
}

func (b *book) open() error {
	main, err := b.mainPart()
	if err != nil {
		return err
	}
	linked, err := b.links(main)
	if err != nil {
		return err
	}
	if err := b.list(main, linked); err != nil {
		return err
	}
	for _, l := range linked {
		switch {
		case l.kind == "sharedStrings" && b.texts == nil:
			b.texts, err = b.sharedStrings(l.part)
		case l.kind == "styles" && b.styles == nil:
			b.styles, err = b.styleSheet(l.part)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// mainPart is the part of the package that is the workbook.
func (b *book) mainPart() (string, error) {
	kinds := map[string]string{}
	found, err := b.read("[Content_Types].xml", "Types", []string{contents}, func(s *scanner, _ xml.StartElement) error {
		return s.each(func(e xml.StartElement) error {
			kind := attribute(e, "ContentType")
			if e.Name.Local == "Override" && len(kinds) < maxParts {
				kinds[strings.ToLower(attribute(e, "PartName"))] = kind
			}
			return active(kind)
		})
	})
	if err != nil {
		return "", err
	}
	linked, err := b.links("")
	if err != nil {
		return "", err
	}
	for _, l := range linked {
		if found && l.kind == "officeDocument" && kinds["/"+strings.ToLower(l.part)] == mainType {
			return l.part, nil
		}
	}
	return "", errNoWorkbook()
}

// link is a relation of a part to another one: its kind is the last segment of its type.
type link struct{ id, kind, part string }

// links are the relations of a part, of the package itself when it has no name.
func (b *book) links(from string) (out []link, err error) {
	folder, base := path.Split(from)
	_, err = b.read(folder+"_rels/"+base+".rels", "Relationships", []string{relations}, func(s *scanner, _ xml.StartElement) error {
		return s.each(func(e xml.StartElement) error {
			kind := path.Base(attribute(e, "Type"))
			if e.Name.Local != "Relationship" {
				return nil
			}
			if err := active(kind); err != nil {
				return err
			}
			if strings.EqualFold(attribute(e, "TargetMode"), "External") {
				return errLinks()
			}
			target := attribute(e, "Target")
			if !strings.HasPrefix(target, "/") {
				target = "/" + folder + target
			}
			if len(out) > maxParts {
				return errParts()
			}
			out = append(out, link{attribute(e, "Id"), kind, strings.TrimPrefix(path.Clean(target), "/")})
			return nil
		})
	})
	return out, err
}
