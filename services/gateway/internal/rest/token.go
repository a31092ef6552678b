package rest

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/services/gateway/internal/domain"
)

type tokenAnswer struct {
	Access string `json:"access_token"`
	Type   string `json:"token_type"`
	Life   int    `json:"expires_in"`
	Scope  string `json:"scope"`
}

type oauthError struct {
	Code        string `json:"error"`
	Description string `json:"error_description"`
}

// token is POST /oauth2/token; its refusals follow RFC 6749, 5.2, its failures are problems.
func (s *server) token(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.Header("Pragma", "no-cache")
	request, err := s.tokenRequest(c)
	if err == nil {
		err = s.take(c, "token:"+c.ClientIP()+":"+request.ClientID, s.Limits.Token, s.Shares.Fair())
	}
	var granted domain.Token
	if err == nil {
		granted, err = s.Issuer.Issue(c.Request.Context(), request)
	}
	if err == nil {
		err = s.granted(c, granted)
	}
	if err != nil {
		s.Journal.Count(domain.Decision{Action: domain.TokenRefused, Service: tokenService, Code: codeOf(err)})
		refuseToken(c, err)
		return
	}
	scheme := schemeBearer
	if granted.Bound {
		scheme = schemeProof
	}
	c.JSON(http.StatusOK, tokenAnswer{granted.Access, scheme, int(granted.Life.Seconds()), granted.Scope})
}

// codeOf is the code of a refusal or a fault.
func codeOf(err error) string {
	if r := (*domain.Refusal)(nil); errors.As(err, &r) {
		return r.Code
	}
	if f := fault.As(err); f != nil {
		return string(f.Code)
	}
	return string(fault.Internal)
}

func refuseToken(c *gin.Context, err error) {
	var r *domain.Refusal
	if !errors.As(err, &r) {
		httpx.Problem(c, err)
		return
	}
	code := http.StatusBadRequest
	if r.Code == domain.InvalidClient {
		code = http.StatusUnauthorized
		if _, _, basic := c.Request.BasicAuth(); basic {
			c.Header("WWW-Authenticate", `Basic realm="w2w"`)
		}
	}
	c.AbortWithStatusJSON(code, oauthError{r.Code, r.Description})
}

// tokenRequest reads the form; parameters in the query are not looked at, since addresses end up in logs.
func (s *server) tokenRequest(c *gin.Context) (domain.TokenRequest, error) {
	if c.ContentType() != "application/x-www-form-urlencoded" {
		return domain.TokenRequest{}, &domain.Refusal{Code: domain.InvalidRequest, Description: "the body must be a form"}
	}
	if err := uncompressed(c); err != nil {
		return domain.TokenRequest{}, err
	}
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, s.Limits.Body)
	if err := c.Request.ParseForm(); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return domain.TokenRequest{}, tooLarge(large.Limit)
		}
		return domain.TokenRequest{}, &domain.Refusal{Code: domain.InvalidRequest, Description: "the form can't be read"}
	}
	form := c.Request.PostForm
	for _, values := range form {
		if len(values) > 1 { // RFC 6749, 3.2
			return domain.TokenRequest{}, &domain.Refusal{Code: domain.InvalidRequest, Description: "a parameter is repeated"}
		}
	}
	r := domain.TokenRequest{
		GrantType: form.Get("grant_type"), ClientID: form.Get("client_id"), Secret: form.Get("client_secret"),
		AssertionType: form.Get("client_assertion_type"), Assertion: form.Get("client_assertion"),
		Scope: form.Get("scope"), Purpose: form.Get("purpose"),
	}
	proofs := c.Request.Header.Values(headerProof)
	if len(proofs) > 1 {
		return r, &domain.Refusal{Code: domain.InvalidProof, Description: "more than one DPoP proof"}
	}
	r.Proof = strings.Join(proofs, "")
	return r, basicAuth(c, &r)
}

// basicAuth reads client_secret_basic, whose parts are form-encoded (RFC 6749, 2.3.1).
func basicAuth(c *gin.Context, r *domain.TokenRequest) error {
	if !strings.HasPrefix(strings.ToLower(c.GetHeader("Authorization")), "basic ") {
		return nil
	}
	user, password, ok := c.Request.BasicAuth()
	id, idErr := url.QueryUnescape(user)
	secret, secretErr := url.QueryUnescape(password)
	if !ok || idErr != nil || secretErr != nil || r.Secret != "" || (r.ClientID != "" && r.ClientID != id) {
		return &domain.Refusal{Code: domain.InvalidRequest, Description: "the client authentication is malformed or doubled"}
	}
	r.ClientID, r.Secret = id, secret
	return nil
}

func tooLarge(limit int64) error {
	return fault.New(fault.BodyTooLarge, "Il contenuto supera il limite.", "The body is over the limit.").With("limit_bytes", limit)
}
