package httpx

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"w2w/pkg/fault"
)

// ETag is the strong entity tag of a version.
func ETag(version int) string { return `"` + strconv.Itoa(version) + `"` }

// MatchVersion refuses a write whose If-Match is not the present version.
func MatchVersion(ifMatch string, version int) error {
	if strings.TrimSpace(ifMatch) == ETag(version) {
		return nil
	}
	return fault.New(fault.ETagStale, "Il dato è cambiato: rileggerlo.", "The resource has changed: read it again.").
		At("header:If-Match", "stale", "non è la versione attuale", "not the present version")
}

// Cursor is a place in a list ordered by creation, newest first.
type Cursor struct {
	At time.Time
	ID string
}

// String makes the cursor opaque; the zero cursor is empty.
func (c Cursor) String() string {
	if c.ID == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s", c.At.UnixMicro(), c.ID))
}

// ParseCursor reads a cursor; the empty one is before the first item.
func ParseCursor(s string) (Cursor, error) {
	if s == "" {
		return Cursor{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: "ffffffff-ffff-ffff-ffff-ffffffffffff"}, nil
	}
	var micro int64
	var id string
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		_, err = fmt.Sscanf(string(raw), "%d %36s", &micro, &id)
	}
	c := Cursor{At: time.UnixMicro(micro).UTC(), ID: id}
	// The database takes neither another id nor a day beyond its calendar.
	if err != nil || uuid.Validate(id) != nil || c.String() != s || micro < 0 || c.At.Year() > 9999 {
		return Cursor{}, fault.New(fault.RequestInvalid, "Il cursore non è valido.", "The cursor is not valid.").
			At("query:cursor", "cursor", "cursore non valido", "not a cursor of this list")
	}
	return c, nil
}
