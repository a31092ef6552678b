package app

import (
	"bytes"

	"go.uber.org/zap/zapcore"
)

// masking writes log lines with stars in place of whatever has the form of a codice fiscale, wherever in the line it
// stands: no error's text and no header can carry one into the log.
type masking struct{ zapcore.WriteSyncer }

// Write implements io.Writer.
func (m masking) Write(line []byte) (int, error) {
	return m.WriteSyncer.Write(Mask(line))
}

// Mask puts stars in place of whatever has the form of a codice fiscale; the text given stays as it is.
func Mask(text []byte) []byte {
	if at := taxCode(text); at >= 0 {
		text = bytes.Clone(text)
		for ; at >= 0; at = taxCode(text) {
			copy(text[at:], "****************")
		}
	}
	return text
}

// form is that of a codice fiscale: L a letter, D a digit or the letter that stands for it in an omocodia.
const form = "LLLLLLDDLDDLDDDL"

// taxCode is where the first codice fiscale stands, or -1. Letters around it hide nothing: an escaped line feed puts
// an n before it.
func taxCode(line []byte) int {
	for at := 0; at+len(form) <= len(line); {
		skip := mismatch(line[at : at+len(form)])
		if skip == 0 {
			return at
		}
		at += skip
	}
	return -1
}

// mismatch says how far the window can move on; 0 when it holds a codice fiscale.
func mismatch(window []byte) int {
	hex := true
	for i := len(form) - 1; i >= 0; i-- {
		c := window[i] | 0x20
		letter, digit := c >= 'a' && c <= 'z', window[i] >= '0' && window[i] <= '9'
		switch {
		case !letter && !digit:
			return i + 1
		case form[i] == 'L' && !letter, form[i] == 'D' && !digit && !bytes.ContainsRune([]byte("lmnpqrstuv"), rune(c)):
			return 1
		}
		hex = hex && (digit || window[i] >= 'a' && window[i] <= 'f')
	}
	if hex {
		return 1 // part of a trace's id
	}
	return 0
}
