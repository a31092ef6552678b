package bench

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

// template is a text of which some places, each of a fixed length, are written anew for every use: it makes
// ten thousand different requests or rows for the price of a copy.
type template struct {
	text  []byte
	slots [][]int // where each mark stands
}

// newTemplate finds the marks; a mark may stand in several places.
func newTemplate(t testing.TB, text []byte, marks ...string) template {
	t.Helper()
	x := template{text: text, slots: make([][]int, len(marks))}
	for i, m := range marks {
		for at := 0; ; {
			found := bytes.Index(text[at:], []byte(m))
			if found < 0 {
				break
			}
			x.slots[i] = append(x.slots[i], at+found)
			at += found + len(m)
		}
		require.NotEmpty(t, x.slots[i], "the text has no %s", m)
	}
	return x
}

// fill appends the text to buf with a value of the mark's length in place of each mark.
func (x template) fill(buf []byte, values ...string) []byte {
	from := len(buf)
	buf = append(buf, x.text...)
	for i, v := range values {
		for _, at := range x.slots[i] {
			copy(buf[from+at:], v)
		}
	}
	return buf
}
