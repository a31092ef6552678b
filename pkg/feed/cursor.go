package feed

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"w2w/pkg/fault"
)

// cursor is the place of the last event read, in the order in which events are served; the zero place is
// before the first.
type cursor struct {
	xid uint64
	id  int64
}

// String makes the cursor opaque.
func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d.%d", c.xid, c.id))
}

func parseCursor(s string) (cursor, error) {
	if s == "" {
		return cursor{}, nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	xid, id, found := strings.Cut(string(raw), ".")
	x, badXid := strconv.ParseUint(xid, 10, 64)
	i, badID := strconv.ParseInt(id, 10, 64)
	if err != nil || !found || badXid != nil || badID != nil || i < 0 {
		return cursor{}, fault.New(fault.RequestInvalid, "Il cursore non è valido.", "The cursor is not valid.").
			At("query:after", "cursor", "cursore non valido", "not a cursor of this feed")
	}
	return cursor{xid: x, id: i}, nil
}
