package xlsx

import (
	"encoding/xml"
	"strconv"
	"strings"
)

const maxStyles = 100_000

// styles tell which cells show dates, by the number of their format.
type styles struct {
	formats []int
	custom  map[int]bool
}

// dates says whether a cell of that style shows a date.
func (y *styles) dates(style string) bool {
	i, err := strconv.Atoi(style)
	if style == "" {
		i, err = 0, nil
	}
	if y == nil || err != nil || i < 0 || i >= len(y.formats) {
		return false
	}
	id := y.formats[i]
	if date, ok := y.custom[id]; ok {
		return date
	}
	return id >= 14 && id <= 22 // built in: 14 to 17 days, 18 to 21 times, 22 both
}

func (c *container) styleSheet(part string) (*styles, error) {
	y := &styles{custom: map[int]bool{}}
	found, err := c.read(part, "styleSheet", mainSpaces, func(s *scanner, _ xml.StartElement) error {
		return s.each(func(e xml.StartElement) error {
			switch e.Name.Local {
			case "numFmts":
				return s.each(y.format)
			case "cellXfs":
				return s.each(y.style)
			}
			return nil
		})
	})
	if err == nil && !found {
		return nil, errCorrupt()
	}
	return y, err
}

func (y *styles) format(e xml.StartElement) error {
	id, err := strconv.Atoi(attribute(e, "numFmtId"))
	if e.Name.Local != "numFmt" || err != nil {
		return nil
	}
	if len(y.custom) == maxStyles {
		return errStyles()
	}
	y.custom[id] = showsDate(attribute(e, "formatCode"))
	return nil
}

func (y *styles) style(e xml.StartElement) error {
	if e.Name.Local != "xf" {
		return nil
	}
	if len(y.formats) == maxStyles {
		return errStyles()
	}
	id, err := strconv.Atoi(attribute(e, "numFmtId"))
	if err != nil {
		id = 0
	}
	y.formats = append(y.formats, id)
	return nil
}

// showsDate says whether a format, which is in English in every file, shows a year, a day or a month. Quoted
// text, escaped characters, fillers and brackets (colours, languages, elapsed hours) are none of them.
func showsDate(code string) bool {
	var bare strings.Builder
	for i := 0; i < len(code) && code[i] != ';'; i++ {
		switch c := code[i]; c {
		case '"', '[':
			end := strings.IndexByte(code[i+1:], map[byte]byte{'"': '"', '[': ']'}[c])
			if end < 0 {
				return false
			}
			i += 1 + end
		case '\\', '_', '*':
			i++
		default:
			bare.WriteByte(c)
		}
	}
	shown := strings.NewReplacer("general", "", "standard", "", "am/pm", "", "a/p", "").Replace(strings.ToLower(bare.String()))
	return strings.ContainsAny(shown, "yd") || strings.Contains(shown, "m") && !strings.ContainsAny(shown, "hs")
}
