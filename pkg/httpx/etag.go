package httpx

import (
	"strconv"
	"strings"

	"w2w/pkg/fault"
)

// ETag is the strong entity tag of a version.
func ETag[N int | int32](version N) string { return `"` + strconv.Itoa(int(version)) + `"` }

// MatchVersion refuses a write whose If-Match is not the present version.
func MatchVersion(ifMatch string, version int) error {
	if strings.TrimSpace(ifMatch) == ETag(version) {
		return nil
	}
	return fault.New(fault.ETagStale, "Il dato è cambiato: rileggerlo.", "The resource has changed: read it again.").
		At("header:If-Match", "stale", "non è la versione attuale", "not the present version")
}
