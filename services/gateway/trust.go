package gateway

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"time"

	"w2w/pkg/auth"
	"w2w/pkg/yaml"
	"w2w/services/gateway/internal/domain"
)

// trustFile is the file of W2W_GATEWAY_ISSUERS; docs/modi.md explains it.
type trustFile struct {
	Issuers      []issuerEntry      `yaml:"issuers"`
	Requirements []requirementEntry `yaml:"requirements"`
	Answers      answersEntry       `yaml:"answers"`
}

type issuerEntry struct {
	Issuer     string        `yaml:"issuer"`
	JWKS       string        `yaml:"jwks_uri"`
	Algorithms []string      `yaml:"algorithms"`
	Audience   string        `yaml:"audience"`
	MaxLife    time.Duration `yaml:"max_life"`
	Kind       string        `yaml:"kind"`
	Clients    []string      `yaml:"clients"`
}

type requirementEntry struct {
	Methods  []string `yaml:"methods"`
	Path     string   `yaml:"path"`
	Issuers  []string `yaml:"issuers"`
	Clients  []string `yaml:"clients"`
	Patterns []string `yaml:"patterns"`
}

type answersEntry struct {
	Sign   []string `yaml:"sign"`
	Buffer int      `yaml:"buffer_bytes"`
}

const (
	longestToken  = 24 * time.Hour // longer lives are a slip of the pen
	answersBuffer = 1 << 20
)

// readTrust reads the file; without one no other issuer is trusted and the answers to INPS are signed.
func readTrust(path string) (trustFile, error) {
	f := trustFile{Answers: answersEntry{Sign: []string{"INPS"}, Buffer: answersBuffer}}
	if path == "" {
		return f, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return f, fmt.Errorf("issuers: %w", err)
	}
	if err := yaml.Strict(data, &f); err != nil {
		return f, fmt.Errorf("issuers: %w", err)
	}
	f.Answers.Buffer = cmp.Or(f.Answers.Buffer, answersBuffer)
	if err := amongst("answers: sign", f.Answers.Sign, kinds); err != nil {
		return f, err
	}
	if f.Answers.Buffer < 0 {
		return f, fmt.Errorf("issuers: buffer_bytes is negative")
	}
	return f, nil
}

// trusts are our own issuer and those of the file.
func (f trustFile) trusts(own domain.Trust, cfg Config, deps Deps) (domain.Trusts, error) {
	t := domain.Trusts{Own: own, OwnName: cfg.Issuer, Outside: map[string]domain.Trust{}}
	for _, e := range f.Issuers {
		if err := e.check(cfg.DevClients); err != nil {
			return t, err
		}
		if _, twice := t.Outside[e.Issuer]; twice || e.Issuer == cfg.Issuer {
			return t, fmt.Errorf("issuers: %s is named twice", e.Issuer)
		}
		policy := auth.Policy{Types: []string{auth.TypeAccess}, Issuer: e.Issuer, Audience: e.Audience, MaxLife: e.MaxLife, Algorithms: e.Algorithms}
		keys := auth.NewRemoteKeys(e.JWKS, &http.Client{Timeout: 5 * time.Second, CheckRedirect: stay}, deps.Clock)
		_ = deps.Metrics.Register(keys) // two issuers with one set of keys have one line
		t.Outside[e.Issuer] = domain.Trust{Kind: e.Kind, Audience: e.Audience, MaxLife: e.MaxLife, Clients: e.Clients,
			Verifier: auth.NewVerifier(policy, keys, deps.Clock)}
	}
	return t, nil
}

// stay keeps a key set from being fetched elsewhere than where it was configured.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func (e issuerEntry) check(dev bool) error {
	if e.Issuer == "" || e.Audience == "" {
		return fmt.Errorf("issuers: an entry lacks its issuer or audience")
	}
	u, err := url.Parse(e.JWKS)
	if err != nil || u.Host == "" || (u.Scheme != "https" && (u.Scheme != "http" || !dev)) {
		return fmt.Errorf("issuers: %s: jwks_uri is no https address", e.Issuer)
	}
	if e.MaxLife <= 0 || e.MaxLife > longestToken {
		return fmt.Errorf("issuers: %s: max_life must be over 0 and at most %s", e.Issuer, longestToken)
	}
	if len(e.Algorithms) == 0 {
		return fmt.Errorf("issuers: %s: algorithms are missing", e.Issuer)
	}
	if e.Kind == domain.IssuerOAuth && len(e.Clients) == 0 {
		return fmt.Errorf("issuers: %s: the clients that it may speak for are missing", e.Issuer)
	}
	if err := amongst(e.Issuer+": kind", []string{e.Kind}, []string{domain.IssuerPDND, domain.IssuerOAuth}); err != nil {
		return err
	}
	return amongst(e.Issuer+": algorithms", e.Algorithms, []string{"ES256", "RS256"})
}

var (
	methods      = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	issuerKinds  = []string{domain.IssuerOwn, domain.IssuerPDND, domain.IssuerOAuth}
	modiPatterns = []string{domain.IntegrityPattern, domain.AuditPattern}
	requiredPath = regexp.MustCompile(`^(/[A-Za-z0-9._*-]+)+$`)
)

func (f trustFile) requirements() (domain.Requirements, error) {
	var out domain.Requirements
	for i, e := range f.Requirements {
		at := fmt.Sprintf("requirement %d: ", i+1)
		if !requiredPath.MatchString(e.Path) || len(e.Patterns) == 0 {
			return nil, fmt.Errorf("issuers: %spath or patterns are missing or malformed", at)
		}
		for _, list := range []struct {
			name            string
			values, allowed []string
		}{{"methods", e.Methods, methods}, {"issuers", e.Issuers, issuerKinds}, {"clients", e.Clients, kinds}, {"patterns", e.Patterns, modiPatterns}} {
			if err := amongst(at+list.name, list.values, list.allowed); err != nil {
				return nil, err
			}
		}
		out = append(out, domain.Requirement{Methods: e.Methods, Path: domain.Segments(e.Path), Issuers: e.Issuers, Clients: e.Clients, Patterns: e.Patterns})
	}
	return out, nil
}

func amongst(what string, values, allowed []string) error {
	for _, v := range values {
		if !slices.Contains(allowed, v) {
			return fmt.Errorf("issuers: %s: %q is none of %v", what, v, allowed)
		}
	}
	return nil
}
