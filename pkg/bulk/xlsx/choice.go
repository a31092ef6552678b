package xlsx

import (
	"encoding/xml"
	"fmt"
	"strings"
)

const maxSheets = 256

// sheet is a sheet as the workbook lists it.
type sheet struct {
	name   string
	shown  bool
	linked link
}

// list reads the sheets of the workbook, and in which system it counts days.
func (b *book) list(main string, linked []link) error {
	found, err := b.read(main, "workbook", mainSpaces, func(s *scanner, _ xml.StartElement) error {
		return s.each(func(e xml.StartElement) error {
			switch e.Name.Local {
			case "workbookPr":
				on := attribute(e, "date1904")
				b.since1904 = on == "1" || on == "true"
			case "externalReferences":
				return errLinks()
			case "sheets":
				return s.each(func(e xml.StartElement) error { return b.listed(e, linked) })
			}
			return nil
		})
	})
	if err == nil && !found {
		return errNoWorkbook()
	}
	return err
}

func (b *book) listed(e xml.StartElement, linked []link) error {
	if e.Name.Local != "sheet" {
		return nil
	}
	if len(b.sheets) == maxSheets {
		return errSheets()
	}
	state := attribute(e, "state")
	x := sheet{name: attribute(e, "name"), shown: state == "" || state == "visible"}
	for _, a := range e.Attr {
		for _, l := range linked {
			if a.Name.Local == "id" && strings.HasSuffix(a.Name.Space, "/relationships") && a.Value == l.id {
				x.linked = l
			}
		}
	}
	b.sheets = append(b.sheets, x)
	return nil
}

// choose is the part of the list: the sheet of that name, or else the only one that is shown. The sheets of
// the file are named by their number: a name could be a person's.
func (b *book) choose(name string) (string, error) {
	var shown []int
	for i, x := range b.sheets {
		if name != "" && strings.EqualFold(x.name, name) {
			return x.worksheet(name)
		}
		if x.shown {
			shown = append(shown, i)
		}
	}
	switch {
	case len(shown) == 1:
		return b.sheets[shown[0]].worksheet(fmt.Sprint(shown[0] + 1))
	case len(shown) == 0:
		return "", aboutSheet("1", "none", "nessun foglio è visibile", "no sheet is shown")
	case name != "":
		return "", aboutSheet(name, "missing", "più fogli e nessuno ha questo nome", "there are several, and none has this name")
	}
	return "", aboutSheet(fmt.Sprint(shown[1]+1), "several", "più di un foglio visibile", "more than one sheet is shown")
}

// worksheet is the part of a sheet that is shown and has cells.
func (x sheet) worksheet(called string) (string, error) {
	switch {
	case !x.shown:
		return "", aboutSheet(called, "hidden", "il foglio è nascosto", "the sheet is hidden")
	case x.linked.kind != "worksheet":
		return "", aboutSheet(called, "kind", "non è un foglio di celle", "it is no sheet of cells")
	}
	return x.linked.part, nil
}
