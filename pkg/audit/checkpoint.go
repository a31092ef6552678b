package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Checkpoint is the head of the chain at some moment: so many records, and the hash over all of them.
type Checkpoint struct {
	Position int64
	Hash     []byte
}

// String is the checkpoint as a log or a person keeps it.
func (c Checkpoint) String() string {
	return fmt.Sprintf("%d:%s", c.Position, hex.EncodeToString(c.Hash))
}

// ParseCheckpoint reads what String wrote.
func ParseCheckpoint(s string) (c Checkpoint, err error) {
	var text string
	if _, err = fmt.Sscanf(s, "%d:%s", &c.Position, &text); err == nil {
		c.Hash, err = hex.DecodeString(text)
	}
	if err != nil || c.Position < 1 || len(c.Hash) != sha256.Size {
		return Checkpoint{}, fmt.Errorf("%q is not a checkpoint", s)
	}
	return c, nil
}

// next covers one more record: SHA-256 over the hash before it and the record's text.
func (c Checkpoint) next(text []byte) Checkpoint {
	h := sha256.New()
	h.Write(c.Hash)
	h.Write(text)
	return Checkpoint{Position: c.Position + 1, Hash: h.Sum(nil)}
}

// Broken is the first place at which the chain does not hold.
type Broken struct {
	Position int64
	Record   int64 // id of the record that should stand there; 0 when the chain ends before it
	Reason   string
}

// Error names the position and the record.
func (b *Broken) Error() string {
	return fmt.Sprintf("the chain is broken at position %d, record %d: %s", b.Position, b.Record, b.Reason)
}

// link is one place of the chain as it was stored.
type link struct {
	position, record int64
	hash, text       []byte // text is nil when the record is gone
}

// verifier walks along a chain.
type verifier struct {
	head  Checkpoint
	known map[int64][]byte
	last  int64 // the highest position that a known checkpoint covers
}

func newVerifier(known []Checkpoint) *verifier {
	v := &verifier{known: map[int64][]byte{}}
	for _, c := range known {
		v.known[c.Position], v.last = c.Hash, max(v.last, c.Position)
	}
	return v
}

func (v *verifier) visit(l link) error {
	next := v.head.next(l.text)
	broken := func(reason string) error { return &Broken{Position: next.Position, Record: l.record, Reason: reason} }
	switch {
	case l.position != next.Position:
		return broken("a link is missing")
	case l.text == nil:
		return broken("the record was deleted or moved")
	case !bytes.Equal(l.hash, next.Hash):
		return broken("the record or its place was changed")
	}
	if known, ok := v.known[next.Position]; ok && !bytes.Equal(known, next.Hash) {
		return broken("the chain was written anew: it differs from a known checkpoint")
	}
	v.head = next
	return nil
}

func (v *verifier) end() error {
	if v.head.Position < v.last {
		return &Broken{Position: v.head.Position + 1, Reason: "the tail is cut: a known checkpoint lies beyond it"}
	}
	return nil
}
