// Package yaml reads YAML strictly, or in the order in which it was written. The parser is the one with which
// kin-openapi reads the contracts: a second one would be most of a megabyte of each program.
package yaml

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/oasdiff/yaml3"
)

// deepest is how far a document may nest, so that one that contains itself has an end.
const deepest = 100

// Strict reads a document into what is given, and refuses keys that this does not have, and a second document. Days stay
// texts. An empty document changes nothing.
func Strict(data []byte, into any) error {
	err := decode(data, into)
	var wrong *yaml.TypeError
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case errors.As(err, &wrong):
		return fmt.Errorf("YAML: %s", unknownField.ReplaceAllString(strings.Join(wrong.Errors, "; "), `unknown field "$1"`))
	default:
		return err
	}
}

// unknownField is how the parser says it, with a name of the program that its user does not know.
var unknownField = regexp.MustCompile(`field (.+?) not found in type \S+`)

var errMore = errors.New("YAML: more than one document")

func decode(data []byte, into any) error {
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	d.DisableTimestamps(true)
	if err := d.Decode(into); err != nil {
		return err
	}
	var more yaml.Node
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		return errors.Join(errMore, err)
	}
	return nil
}

// Map is a mapping in the order in which it was written. As JSON it keeps that order.
type Map []Member

// Member is a key with its value.
type Member struct {
	Key   string
	Value any
}

// Read reads a document into a Map, a []any, or a plain value.
func Read(data []byte) (any, error) {
	var root yaml.Node
	if err := decode(data, &root); err != nil {
		return nil, fmt.Errorf("YAML: %w", err)
	}
	return read(&root, 0)
}

func read(n *yaml.Node, depth int) (any, error) {
	if depth > deepest {
		return nil, fmt.Errorf("YAML, line %d: nested too deeply", n.Line)
	}
	switch n.Kind {
	case yaml.DocumentNode:
		return read(n.Content[0], depth+1)
	case yaml.AliasNode:
		return read(n.Alias, depth+1)
	case yaml.MappingNode:
		return members(n, depth)
	case yaml.SequenceNode:
		out := make([]any, len(n.Content))
		for i, item := range n.Content {
			var err error
			if out[i], err = read(item, depth+1); err != nil {
				return nil, err
			}
		}
		return out, nil
	default:
		if n.ShortTag() == "!!timestamp" {
			return n.Value, nil
		}
		var v any
		err := n.Decode(&v)
		return v, err
	}
}

func members(n *yaml.Node, depth int) (Map, error) {
	out := Map{}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || key.ShortTag() == "!!merge" || seen[key.Value] {
			return nil, fmt.Errorf("YAML, line %d: a key that is there twice, or is none", key.Line)
		}
		seen[key.Value] = true
		value, err := read(n.Content[i+1], depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, Member{key.Value, value})
	}
	return out, nil
}

// MarshalJSON writes an object.
func (m Map) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for _, member := range m {
		key, err := json.Marshal(member.Key)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(member.Value)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, ",%s:%s", key, value)
	}
	return append(append([]byte{'{'}, bytes.TrimPrefix(b.Bytes(), []byte{','})...), '}'), nil
}
