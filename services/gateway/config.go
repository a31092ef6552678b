package gateway

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"w2w/services/gateway/internal/domain"
	"w2w/services/gateway/internal/rest"
)

// Config holds the gateway's settings; each is the variable W2W_GATEWAY_ plus the name.
type Config struct {
	Issuer        string            `env:"ISSUER,required"`               // outside address of the gateway, `iss` of its tokens
	Role          string            `env:"ROLE" envDefault:"all"`         // all; tokens: the token endpoint alone; proxy: everything else
	IssuerKeysURL string            `env:"ISSUER_KEYS_URL"`               // of a proxy: the issuer's key set, when it is not at its usual place
	BaseURL       string            `env:"BASE_URL"`                      // outside address of the services' APIs, when it is another than the issuer
	KeyDir        string            `env:"KEY_DIR,required"`              // the rings external/, internal/ and modi/, each with active.pem and, while keys change, next.pem and retired-*.pem
	Issuers       string            `env:"ISSUERS"`                       // file of outside issuers and of the ModI patterns that are required
	KeyReload     time.Duration     `env:"KEY_RELOAD" envDefault:"5s"`    // how often the rings are read again
	AuditKey      string            `env:"AUDIT_KEY"`                     // file of the key that signs checkpoints of the audit chain; unsigned without it
	ClientsFile   string            `env:"CLIENTS_FILE"`                  // file of the clients to register at the start
	DevClients    bool              `env:"DEV_CLIENTS"`                   // secrets are accepted and missing keys made; for development
	Routes        map[string]string `env:"ROUTES" envKeyValSeparator:"="` // name=url of each service
	// calls per second / at once, of each kind of client that has no rate of its own
	Rates map[string]string `env:"RATES" envKeyValSeparator:"=" envDefault:"PORTAL=50/100,INPS=200/400,MINISTRY=50/100,OPERATOR=50/100,OPS=10/20"`
	// calls of the token endpoint, for each client at an address
	TokenRate string `env:"TOKEN_RATE" envDefault:"5/20"`
	// calls without a token, for each address
	PublicRate string `env:"PUBLIC_RATE" envDefault:"50/100"`
	// bytes of a request's body
	Body int64 `env:"BODY_BYTES" envDefault:"65536"`
	// bytes of the body of a list
	BulkBody int64 `env:"BULK_BODY_BYTES" envDefault:"10485760"`
	// which requests send lists: method and last segment
	BulkPaths []string `env:"BULK_PATHS" envDefault:"POST/applications,POST/workers,PUT/workers,PUT/content,POST/table-sessions,POST/outcomes,POST/decrees,POST/revocations,POST/receipts,POST/authorisations,POST/payments,POST/rectification,POST/entity-intakes,POST/pool-intakes,POST/movement-intakes,POST/payment-intakes"`
	// how long a service may take to answer
	Upstream time.Duration `env:"UPSTREAM_TIMEOUT" envDefault:"25s"`
	// how long a connection to a service is kept unused: less than the W2W_DRAIN_DELAY of services
	UpstreamIdle time.Duration `env:"UPSTREAM_IDLE" envDefault:"3s"`

	Round          time.Duration `env:"LIMITS_ROUND" envDefault:"1s"`    // how often the replicas tell each other what was asked of them
	AuditCalls     bool          `env:"AUDIT_CALLS" envDefault:"true"`   // whether allowed calls leave audit records; refused ones always do
	AuditBuffer    int           `env:"AUDIT_BUFFER" envDefault:"20000"` // decisions that may wait for the database
	TrustedProxies []string      `env:"TRUSTED_PROXIES"`                 // addresses and networks whose X-Forwarded-For is believed
}

// DefaultConfig has the default of every setting that has one.
func DefaultConfig() (Config, error) {
	var c Config
	options := env.Options{Environment: map[string]string{"ISSUER": "-", "KEY_DIR": "-"}}
	err := env.ParseWithOptions(&c, options)
	c.Issuer, c.KeyDir = "", ""
	return c, err
}

func (c Config) limits() (rest.Limits, error) {
	l := rest.Limits{
		Rates: map[string]domain.Rate{}, Other: domain.Rate{PerSecond: 10, Burst: 20},
		Body: c.Body, BulkBody: c.BulkBody, BulkPaths: c.BulkPaths, Upstream: c.Upstream, UpstreamIdle: c.UpstreamIdle,
	}
	for name, d := range map[string]time.Duration{"UPSTREAM_IDLE": c.UpstreamIdle, "UPSTREAM_TIMEOUT": c.Upstream, "LIMITS_ROUND": c.Round, "KEY_RELOAD": c.KeyReload} {
		if d <= 0 {
			return l, fmt.Errorf("settings: W2W_GATEWAY_%s must be a positive duration", name)
		}
	}
	var err error
	for kind, text := range c.Rates {
		if l.Rates[kind], err = parseRate(text); err != nil {
			return l, err
		}
	}
	if l.Token, err = parseRate(c.TokenRate); err != nil {
		return l, err
	}
	l.Public, err = parseRate(c.PublicRate)
	return l, err
}

// parseRate reads calls per second and burst: "50/100".
func parseRate(text string) (domain.Rate, error) {
	var r domain.Rate
	if n, err := fmt.Sscanf(text, "%d/%d", &r.PerSecond, &r.Burst); n != 2 || err != nil || r.PerSecond < 1 || r.Burst < 1 {
		return r, fmt.Errorf("settings: the rate %q is not of the form 50/100", text)
	}
	return r, nil
}

// base is the address that clients call, as their DPoP proofs must name it: never what a Host header says.
func (c Config) base() string {
	if c.BaseURL == "" {
		return strings.TrimSuffix(c.Issuer, "/")
	}
	return strings.TrimSuffix(c.BaseURL, "/")
}

var routeName = regexp.MustCompile(`^[a-z][a-z-]{1,30}$`)

// reserved are first path segments that the gateway answers itself.
var reserved = []string{"oauth2", "docs", "openapi", "problems", "status", "gateway"}

func (c Config) routes() ([]rest.Route, error) {
	if c.forwards() && len(c.Routes) == 0 {
		return nil, errors.New("settings: W2W_GATEWAY_ROUTES names no service")
	}
	var out []rest.Route
	for name, target := range c.Routes {
		u, err := url.Parse(target)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return nil, fmt.Errorf("settings: the route %s has no http address", name)
		}
		if !routeName.MatchString(name) || slices.Contains(reserved, name) {
			return nil, fmt.Errorf("settings: the route name %q can't be used", name)
		}
		out = append(out, rest.Route{Name: name, Target: u})
	}
	return out, nil
}
