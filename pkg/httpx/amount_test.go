package httpx_test

import (
	"math/big"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"w2w/pkg/httpx"
)

// cents is the JSON of an amount, and of nothing else that is a number.
var cents = regexp.MustCompile(`^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$`)

// FuzzAmount is row 22 of the catalogue: what stands where an amount belongs is taken only as a whole number of
// cents between 0 and 2^53-1; all else is refused, and never with 5xx.
func FuzzAmount(f *testing.F) {
	for _, seed := range []string{"0", "1", "9007199254740991", "9007199254740992", "0.001", "1.0", "1e2", "1e400", "-1", "-0", "NaN", "Infinity", `"1"`, `"1,00"`,
		"1,00", "01", "+1", "0x10", "1_000", "null", "true", "[1]", "{}", "", "1e-1", "18446744073709551617", "9223372036854775808", "1E5", "١"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, amount string) {
		var taken string
		h := engine(t, func(c *gin.Context) {
			_, body := httpx.Body(c)
			taken = string(body)
		})
		w := call(h, http.MethodPost, "/api/things", `{"name":"a","cents":`+amount+`}`)
		if w.Code >= http.StatusInternalServerError {
			t.Fatalf("%q: %d %s", amount, w.Code, w.Body)
		}
		bare := strings.Trim(amount, " \t\r\n")
		if taken != "" && strings.HasPrefix(taken, `{"name":"a","cents":`) && !strings.ContainsAny(bare, ",:{}") {
			n, ok := new(big.Rat).SetString(bare)
			if !cents.MatchString(bare) || !ok || !n.IsInt() || n.Sign() < 0 || n.Num().BitLen() > 53 {
				t.Fatalf("%q was taken for an amount", amount)
			}
		}
	})
}
