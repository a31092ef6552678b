package xlsx

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"slices"

	"w2w/pkg/fault"
)

// What the XML of a part may be.
const (
	maxToken      = 512 << 10 // bytes of a tag or of a text: a full cell, each character by its number, has 320 KiB
	maxNesting    = 32
	maxAttributes = 64
)

// scanner goes through the elements of a part, which is never in memory as a whole.
type scanner struct {
	xml   *xml.Decoder
	bytes *source
	depth int
	space string // of the root: elements of other namespaces are passed over
}

// source hands out the bytes of a part, so many for each token. encoding/xml would buffer an endless one.
type source struct {
	*bufio.Reader
	token int
}

// ReadByte implements io.ByteReader.
func (s *source) ReadByte() (byte, error) {
	if s.token++; s.token > maxToken {
		return 0, errXML()
	}
	return s.Reader.ReadByte()
}

// read goes through a part: do gets the root, whose name and namespace must be those. It says whether there
// is such a part. The whole of it is read, so that its checksum is held against it.
func (c *container) read(name, root string, spaces []string, do func(s *scanner, root xml.StartElement) error) (found bool, err error) {
	r, err := c.open(name)
	if r == nil {
		return false, err
	}
	defer r.Close()
	bytes := &source{Reader: bufio.NewReaderSize(r, 32<<10)}
	s := &scanner{xml: xml.NewDecoder(bytes), bytes: bytes}
	for started := false; ; {
		t, err := s.next()
		if errors.Is(err, io.EOF) && started {
			return true, nil
		}
		if err != nil {
			return true, named(err)
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		if started || e.Name.Local != root || !slices.Contains(spaces, e.Name.Space) {
			return true, errXML()
		}
		started, s.space = true, e.Name.Space
		if err := do(s, e); err != nil {
			return true, named(err)
		}
		if err := s.leave(0); err != nil {
			return true, named(err)
		}
	}
}

// named keeps faults and makes one of everything else, which would repeat what stands in the file.
func named(err error) error {
	if fault.As(err) != nil {
		return err
	}
	return errXML()
}

func (s *scanner) next() (xml.Token, error) {
	s.bytes.token = 0
	t, err := s.xml.Token()
	switch t := t.(type) {
	case xml.Directive:
		return nil, errDTD()
	case xml.EndElement:
		s.depth--
	case xml.StartElement:
		if s.depth++; s.depth > maxNesting || len(t.Attr) > maxAttributes {
			return nil, errXML()
		}
		for i, a := range t.Attr { // encoding/xml lets an attribute stand twice
			if slices.ContainsFunc(t.Attr[:i], func(b xml.Attr) bool { return a.Name == b.Name }) {
				return nil, errXML()
			}
		}
	}
	return t, err
}

// leave passes over everything until the elements deeper than depth are closed.
func (s *scanner) leave(depth int) error {
	for s.depth > depth {
		if _, err := s.next(); err != nil {
			return named(err)
		}
	}
	return nil
}

// each calls do for each child of the open element, and closes it; what do leaves of a child is passed over.
func (s *scanner) each(do func(e xml.StartElement) error) error {
	inside := s.depth
	for {
		t, err := s.next()
		if err != nil {
			return named(err)
		}
		switch t := t.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if t.Name.Space == s.space {
				if err := do(t); err != nil {
					return err
				}
			}
			if err := s.leave(inside); err != nil {
				return err
			}
		}
	}
}

// text appends the text of the open element, and closes it; of a text that is too long for any cell, the
// rest is dropped, and what is kept is too long as well.
func (s *scanner) text(into []byte) ([]byte, error) {
	inside := s.depth
	for {
		t, err := s.next()
		if err != nil {
			return into, named(err)
		}
		switch t := t.(type) {
		case xml.EndElement:
			return into, nil
		case xml.CharData:
			if len(into) <= maxRaw {
				into = append(into, t...)
			}
		case xml.StartElement:
			if err := s.leave(inside); err != nil {
				return into, err
			}
		}
	}
}

// attribute is the value of an attribute without namespace.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
