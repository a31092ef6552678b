package rest

import (
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
	"w2w/services/gateway/internal/domain"
)

// headerActor carries the pseudonym of the end user behind a portal.
const headerActor = "X-Actor"

const kindPortal = "PORTAL"

var actorForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// visitor is a client that came with a good token, and with a proof where the token is bound to a key.
type visitor struct {
	domain.Client
	claims auth.Claims
	proof  *auth.Proof // not spent yet
}

// visitor verifies the outside token and looks the client up: one that the registry has dropped is out at
// once, however long its token would live.
func (s *server) visitor(c *gin.Context) (v visitor, err error) {
	values := c.Request.Header.Values("Authorization")
	if len(values) > 1 {
		return v, unauthorized("duplicate")
	}
	scheme, raw, _ := strings.Cut(c.GetHeader("Authorization"), " ")
	if raw != "" && !strings.EqualFold(scheme, schemeBearer) && !strings.EqualFold(scheme, schemeProof) {
		return v, unauthorized("scheme")
	}
	ctx := c.Request.Context()
	if v.claims, err = s.Verifier.Verify(ctx, raw); err != nil {
		return v, err
	}
	v.Client, err = s.Registry.Client(ctx, v.claims.ClientID)
	if fault.Is(err, fault.NotFound) {
		return v, unauthorized("client")
	}
	if err != nil {
		return v, err
	}
	v.proof, err = s.proofOf(c, v, shown{scheme, raw})
	return v, err
}

// actor reads the end user's pseudonym, which only a portal may state.
func actor(c *gin.Context, client domain.Client) (string, error) {
	values := c.Request.Header.Values(headerActor)
	if len(values) == 0 {
		return "", nil
	}
	refused := fault.New(fault.RequestInvalid, "L'intestazione X-Actor non è accettata.", "The header X-Actor is not accepted.")
	if client.Kind != kindPortal {
		return "", refused.At("header:"+headerActor, "portal-only", "solo un portale può indicarlo", "only a portal may state it")
	}
	if len(values) > 1 || !actorForm.MatchString(values[0]) {
		return "", refused.At("header:"+headerActor, "pattern", "atteso "+actorForm.String(), "expected "+actorForm.String())
	}
	return values[0], nil
}

func unauthorized(reason string) error {
	return fault.New(fault.TokenInvalid, "Il token è stato rifiutato: "+reason+".", "The token was refused: "+reason+".").
		With("reason", reason)
}
