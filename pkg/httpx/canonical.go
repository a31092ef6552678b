package httpx

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/go-json-experiment/json/jsontext"
)

// Canonical is an answer in the form of RFC 8785 and the SHA-256 of it. Strip takes out of it what is not hashed.
func Canonical(answer any, strip func(content map[string]any)) (raw []byte, sum string, err error) {
	if raw, err = json.Marshal(answer); err != nil {
		return nil, "", err
	}
	var content map[string]any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(&content); err != nil {
		return nil, "", err
	}
	strip(content)
	if raw, err = json.Marshal(content); err != nil {
		return nil, "", err
	}
	if err := (*jsontext.Value)(&raw).Canonicalize(); err != nil {
		return nil, "", err
	}
	hash := sha256.Sum256(raw)
	return raw, hex.EncodeToString(hash[:]), nil
}
