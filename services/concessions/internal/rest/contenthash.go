package rest

import (
	"w2w/pkg/httpx"
	"w2w/services/concessions/internal/rest/api"
)

// since are the members of a decree that come after it was issued: the hash leaves them out, so that what was
// printed and signed stays tied to the decree.
var since = []string{"content_sha256", "ended_count", "ended_cents", "published_on", "publication_act"}

// contentHash is the SHA-256 of the decree as issued, in the form of RFC 8785.
func contentHash(d api.Decree) (string, error) {
	_, sum, err := httpx.Canonical(d, func(content map[string]any) {
		for _, name := range since {
			delete(content, name)
		}
		applications, _ := content["applications"].([]any)
		for _, a := range applications {
			delete(a.(map[string]any), "ended")
		}
	})
	return sum, err
}
