package xlsx

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
)

// What a file may hold. Sizes that a header tells are never believed: what counts is what has been unpacked.
const (
	maxParts    = 1000
	maxUnpacked = 64 << 20 // bytes of all parts that are read
	maxRatio    = 200      // unpacked bytes for each packed one; sheets of equal rows come to 50
	ratioFrom   = 1 << 20  // small parts may be as dense as they like
)

// container is the ZIP file of a workbook.
type container struct {
	parts map[string]*zip.File // by name in lower case: names of parts do not differ by case alone
	left  int64                // bytes that may still be unpacked
}

func openContainer(body []byte) (*container, error) {
	switch {
	case bytes.HasPrefix(body, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return nil, errSealed()
	case !bytes.HasPrefix(body, []byte("PK\x03\x04")):
		return nil, errNoWorkbook()
	case bytes.Count(body, []byte("PK\x01\x02")) > maxParts: // before the directory is held in memory
		return nil, errParts()
	}
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are judged below
		return nil, errCorrupt()
	}
	c := &container{parts: make(map[string]*zip.File, len(z.File)), left: maxUnpacked}
	for _, f := range z.File {
		if err := c.add(f); err != nil {
			return nil, err
		}
	}
	return c, apart(z.File, int64(len(body)))
}

// add takes a part in, unless its name or what it is speaks against it.
func (c *container) add(f *zip.File) error {
	name := strings.ToLower(f.Name)
	if name == "" || strings.ContainsAny(name, "\\\x00:") || path.IsAbs(name) || path.Clean("/"+name) != "/"+strings.TrimSuffix(name, "/") {
		return errCorrupt()
	}
	if _, twice := c.parts[name]; twice {
		return errCorrupt()
	}
	if f.Flags&1 != 0 {
		return errSealed()
	}
	if err := active(name); err != nil {
		return err
	}
	c.parts[name] = f
	return nil
}

// active refuses, by the name of a part or of its kind, what runs or what fetches.
func active(name string) error {
	name = strings.ToLower(name)
	for _, part := range []string{"vbaproject", "vbadata", "macrosheet", "macroenabled", "activex"} {
		if strings.Contains(name, part) {
			return errMacros()
		}
	}
	for _, part := range []string{"externallink", "querytable", "connections"} {
		if strings.Contains(name, part) {
			return errLinks()
		}
	}
	return nil
}

// apart refuses parts that share bytes: each would unpack the same ones again.
func apart(files []*zip.File, size int64) error {
	type span struct{ from, to int64 }
	spans := make([]span, 0, len(files))
	for _, f := range files {
		from, err := f.DataOffset()
		if err != nil || f.CompressedSize64 > uint64(size) || from+int64(f.CompressedSize64) > size {
			return errCorrupt()
		}
		spans = append(spans, span{from, from + int64(f.CompressedSize64)})
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return errCorrupt()
		}
	}
	return nil
}

// open begins to unpack a part; nil when there is none of that name.
func (c *container) open(name string) (io.ReadCloser, error) {
	f, ok := c.parts[strings.ToLower(name)]
	if !ok {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil || f.CRC32 == 0 && f.UncompressedSize64 > 0 { // archive/zip holds nothing against a checksum of 0
		return nil, errCorrupt()
	}
	return &meter{ReadCloser: r, of: c, packed: int64(f.CompressedSize64)}, nil
}

// meter counts what is unpacked.
type meter struct {
	io.ReadCloser
	of     *container
	packed int64
	read   int64
}

// Read implements io.Reader.
func (m *meter) Read(p []byte) (int, error) {
	n, err := m.ReadCloser.Read(p)
	m.read += int64(n)
	m.of.left -= int64(n)
	switch {
	case m.of.left < 0:
		return 0, errTooLarge(maxUnpacked)
	case m.read > ratioFrom && m.read > maxRatio*m.packed:
		return 0, errBomb()
	case err != nil && !errors.Is(err, io.EOF):
		return 0, errCorrupt()
	}
	return n, err
}
