package rest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/go-json-experiment/json/jsontext"

	"w2w/services/concessions/internal/rest/api"
)

// since are the members of a decree that come after it was issued: the hash leaves them out, so that what was
// printed and signed stays tied to the decree.
var since = []string{"content_sha256", "ended_count", "ended_cents", "published_on", "publication_act"}

// contentHash is the SHA-256 of the decree as issued, in the form of RFC 8785.
func contentHash(d api.Decree) (string, error) {
	raw, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	var content map[string]any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(&content); err != nil {
		return "", err
	}
	for _, name := range since {
		delete(content, name)
	}
	applications, _ := content["applications"].([]any)
	for _, a := range applications {
		delete(a.(map[string]any), "ended")
	}
	canonical, err := json.Marshal(content)
	if err != nil {
		return "", err
	}
	if err := (*jsontext.Value)(&canonical).Canonicalize(); err != nil {
		return "", err
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:]), nil
}
