package gateway

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"w2w/pkg/auth"
)

// The roles of a gateway. Apart, the token endpoint has only the ring of outside tokens and the proxy only the one of
// internal tokens: whoever breaks into one of them can't make the tokens of the other.
const (
	RoleAll    = "all"
	RoleTokens = "tokens" // token endpoint, metadata and key set
	RoleProxy  = "proxy"  // the services' APIs, the registry and the documentation
)

func (c Config) checkRole() error {
	if slices.Contains([]string{RoleAll, RoleTokens, RoleProxy}, c.Role) {
		return nil
	}
	return fmt.Errorf("settings: W2W_GATEWAY_ROLE is %q, not %s, %s or %s", c.Role, RoleAll, RoleTokens, RoleProxy)
}

func (c Config) issues() bool { return c.Role != RoleProxy }

func (c Config) forwards() bool { return c.Role != RoleTokens }

// outsideKeys verify outside tokens: the ring itself where it is at hand, else what its owner publishes.
func outsideKeys(cfg Config, keys rings, deps Deps) auth.KeySource {
	if keys.external != nil {
		return keys.external
	}
	url := cfg.IssuerKeysURL
	if url == "" {
		url = strings.TrimSuffix(cfg.Issuer, "/") + "/.well-known/jwks.json"
	}
	remote := auth.NewRemoteKeys(url, http.DefaultClient, deps.Clock)
	deps.Metrics.MustRegister(remote)
	return remote
}
