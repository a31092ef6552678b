package httpx

import (
	"context"
	"mime"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"w2w/pkg/fault"
)

// Negotiate returns the media type that the caller likes best among those offered: the first one when it
// does not care, a fault when it takes none of them (RFC 9110, section 12.5.1).
func Negotiate(ctx context.Context, offered ...string) (string, error) {
	c, ok := ctx.(*gin.Context)
	if !ok || c.GetHeader("Accept") == "" {
		return offered[0], nil
	}
	ranges := acceptedRanges(strings.Join(c.Request.Header.Values("Accept"), ","))
	best, liking := "", 0.0
	for _, media := range offered {
		if q := ranges.quality(media); q > liking {
			best, liking = media, q
		}
	}
	if best == "" {
		return "", fault.New(fault.NotAcceptable, "Nessun formato di Accept è disponibile.", "None of the formats of Accept is available.").
			At("header:Accept", "unavailable", "formato non disponibile", "not available").With("available", offered)
	}
	return best, nil
}

// acceptance is how much a caller likes each media range, from 0 to 1.
type acceptance map[string]float64

func acceptedRanges(header string) acceptance {
	out := acceptance{}
	for part := range strings.SplitSeq(header, ",") {
		media, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue // what can't be read is liked by nobody
		}
		out[media] = 1
		if q, err := strconv.ParseFloat(parameters["q"], 64); err == nil {
			out[media] = q
		}
	}
	return out
}

// quality takes the most specific range that holds the media type.
func (a acceptance) quality(media string) float64 {
	kind, _, _ := strings.Cut(media, "/")
	for _, r := range []string{media, kind + "/*", "*/*"} {
		if q, ok := a[r]; ok {
			return q
		}
	}
	return 0
}
