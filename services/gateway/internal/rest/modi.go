package rest

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
	"w2w/services/gateway/internal/domain"
)

// evidenceSlack lets an evidence, which is made before the voucher that it is bound to, last as long as the voucher.
const evidenceSlack = 5 * time.Minute

// Patterns are the ModI patterns that calls must follow.
type Patterns struct {
	Required   domain.Requirements
	KeySets    func(uri string) auth.KeySource // of clients that publish their keys
	Signatures domain.Once                     // used ids of signatures
	UserKey    []byte                          // makes pseudonyms of the users whom evidences name
}

// user is the end user behind a client, and how surely the client knows that user.
type user struct{ actor, loa string }

// prove holds the call to the ModI patterns that it must follow. stated is the user whom the request names without
// proof.
func (s *server) prove(c *gin.Context, v visitor, stated string) (domain.Caller, error) {
	who := user{actor: stated}
	call := domain.Call{Method: c.Request.Method, Path: c.Request.URL.Path, Issuer: v.trust.Kind, Client: v.Kind}
	if s.Patterns.Required.Require(domain.AuditPattern, call) {
		var err error
		if who, err = s.evidence(c, v, stated); err != nil {
			return domain.Caller{}, err
		}
	}
	caller := v.Caller(v.claims, who.actor)
	caller.LoA = who.loa
	if hasContent(c.Request) && s.Patterns.Required.Require(domain.IntegrityPattern, call) {
		return caller, s.integrity(c, v)
	}
	return caller, nil
}

func (s *server) signatory(v visitor) (auth.Signatory, error) {
	keys, err := v.KeySource(s.Patterns.KeySets)
	if keys == nil {
		keys = auth.Keys{} // refuses whatever key a signature names
	}
	return auth.Signatory{Client: v.ID, Audience: v.trust.Audience, Keys: keys, Now: s.Now}, err
}

// hasContent says whether there is something to sign: reading and deleting have no body as a rule, and ModI signs bodies.
func hasContent(r *http.Request) bool {
	bodiless := slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodDelete}, r.Method)
	return !bodiless || r.ContentLength != 0
}

func (s *server) evidence(c *gin.Context, v visitor, stated string) (user, error) {
	if len(c.Request.Header.Values(auth.HeaderEvidence)) > 1 {
		return user{}, auth.RefusedHeader(auth.HeaderEvidence, "duplicate", "")
	}
	bound := auth.TokenDigest{}
	if v.claims.Digest != nil {
		bound = *v.claims.Digest
	}
	by, err := s.signatory(v)
	if err != nil {
		return user{}, err
	}
	by.Life = v.trust.MaxLife + evidenceSlack
	e, err := auth.VerifyEvidence(c.Request.Context(), c.GetHeader(auth.HeaderEvidence), bound, v.claims.Purpose, by)
	if err != nil {
		return user{}, err
	}
	if stated != "" {
		return user{}, fault.New(fault.RequestInvalid, "L'intestazione X-Actor non è accettata.", "The header X-Actor is not accepted.").
			At("header:"+headerActor, "evidence-given", "lo indica già "+auth.HeaderEvidence, auth.HeaderEvidence+" says it already")
	}
	return user{actor: domain.Pseudonym(s.Patterns.UserKey, v.ID, e.User), loa: e.LoA}, nil
}

// integrity reads the body, up to its limit, verifies its signature and hands the same bytes on.
func (s *server) integrity(c *gin.Context, v visitor) error {
	by, err := s.signatory(v)
	if err != nil {
		return err
	}
	body, err := whole(c.Request.Body)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	signature, err := auth.VerifyIntegrity(ctx, auth.Message{Header: c.Request.Header, Body: body}, by)
	if err != nil {
		return err
	}
	fresh, err := s.Patterns.Signatures.Spend(ctx, domain.SpentSignature+by.Client, signature.ID, signature.ExpiresAt.Time)
	if err != nil {
		return err
	}
	if !fresh {
		return auth.RefusedHeader(auth.HeaderSignature, "jti-used", "")
	}
	c.Request.Body, c.Request.ContentLength, c.Request.TransferEncoding = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
	return nil
}
