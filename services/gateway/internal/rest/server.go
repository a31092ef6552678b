// Package rest is the house's front door: tokens, metadata, documentation and the way to the services.
package rest

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"w2w/docs"
	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/services/gateway/internal/domain"
)

// Route is one service behind the gateway; its name is also the audience of the tokens it gets.
type Route struct {
	Name   string
	Target *url.URL
}

// Limits bounds what a caller may send and how often.
type Limits struct {
	Rates        map[string]domain.Rate // by kind of client
	Other        domain.Rate            // a kind that Rates does not name
	Token        domain.Rate            // each client at the token endpoint
	Public       domain.Rate            // each address, for what needs no token
	Body         int64
	BulkBody     int64
	BulkPaths    []string      // method and last path segment of the routes with large bodies: "PUT/workers"
	Upstream     time.Duration // how long a service may take
	UpstreamIdle time.Duration // how long a connection to it is kept unused
}

// Options is what the front door is built from.
type Options struct {
	Issuer     *domain.Issuer // nil where tokens are issued elsewhere
	Trusts     domain.Trusts  // whose outside tokens are taken
	Patterns   Patterns
	Answers    Answers
	Registry   domain.Registry
	Registrar  Registrar
	Base       string      // address of the APIs as clients call them
	Proofs     domain.Once // DPoP
	Exchange   *domain.Exchange
	Keys       []*auth.Ring // whose public parts the outside needs
	Routes     []Route
	Limits     Limits
	Shares     *domain.Shares
	Quotas     *domain.Quotas
	Journal    *domain.Journal
	AuditCalls bool     // whether calls that were allowed are noted, too
	Proxies    []string // trusted to name the client's address
	Specs      map[string][]byte
	Now        clock.Clock
	Log        *zap.Logger
	Metrics    prometheus.Registerer
}

type server struct {
	Options
	limiter *domain.Limiter
}

// New returns the public handler.
func New(o Options) (http.Handler, error) {
	s := &server{Options: o, limiter: domain.NewLimiter(65536)}
	e := httpx.NewEdge(o.Log, o.Metrics, "gateway")
	if err := e.SetTrustedProxies(o.Proxies); err != nil {
		return nil, err
	}
	e.RedirectTrailingSlash = false // no answer goes round the limits
	e.Use(harden, deliver)
	e.NoRoute(s.limitAddress, refuse(fault.NotFound, "La risorsa non esiste.", "There is no such resource."))
	e.NoMethod(s.limitAddress, refuse(fault.MethodNotAllowed, "Metodo non previsto per questa risorsa.", "The resource does not take this method."))
	open := e.Group("", s.limitAddress)
	open.GET("/status", status)
	open.GET("/.well-known/jwks.json", s.jwks)
	if err := problems(open, docs.Problems); err != nil {
		return nil, err
	}
	if o.Issuer != nil {
		open.GET("/oauth2/status", status)
		open.GET("/.well-known/oauth-authorization-server", s.metadata)
		open.POST(domain.TokenPath, s.token)
	}
	if o.Exchange != nil {
		return e, s.mountAPIs(e, open)
	}
	return e, nil
}

func (s *server) mountAPIs(e *gin.Engine, open *gin.RouterGroup) error {
	for _, r := range s.Routes {
		s.mount(e, r)
	}
	return errors.Join(s.documentation(open), s.mountRegistry(e))
}

func (s *server) mount(e *gin.Engine, r Route) {
	p := newProxy(r, s.Limits)
	methods := []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	e.Match(methods, "/"+r.Name+"/v1/*path", func(c *gin.Context) { s.forward(c, p) })
}

// harden sets what every answer of an API should say to a browser that strays here.
func harden(c *gin.Context) {
	c.Header("X-Content-Type-Options", "nosniff")
}

func refuse(code fault.Code, it, en string) gin.HandlerFunc {
	return func(c *gin.Context) { httpx.Problem(c, fault.New(code, it, en)) }
}

func status(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) }
