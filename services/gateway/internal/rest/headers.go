package rest

import (
	"net/http"
	"strings"

	"w2w/pkg/auth"
)

// stripped are headers by which a caller could claim an identity, another path or another method, and
// credentials that end at the gateway, in the form in which net/http keeps names.
var stripped = []string{
	"Authorization", "Proxy-Authorization", "Cookie", "Dpop", auth.HeaderInternal, headerActor, "X-Administration", "X-Scope", "X-Scopes",
	"X-Region", "X-Role", "X-Roles", "X-User", "X-User-Id", "X-Tenant", "Remote-User", "X-Real-Ip", "Forwarded", "X-Http-Method-Override",
	"X-Method-Override", "X-Rewrite-Url", "X-Ssl-Client-Cert", "X-Ssl-Client-Dn",
	// With a Connection header a caller could have the gateway drop a header that it sets itself.
	"Connection", "Upgrade",
}

var strippedPrefixes = []string{"X-Forwarded-", "X-Auth-", "X-Remote-", "X-Client-", "X-Original-", "X-W2w-"}

func strip(h http.Header) {
	for _, name := range stripped {
		delete(h, name)
	}
	for name := range h {
		if !strings.HasPrefix(name, "X-") {
			continue
		}
		for _, prefix := range strippedPrefixes {
			if strings.HasPrefix(name, prefix) {
				delete(h, name)
			}
		}
	}
}

// ownAnswers are headers that the gateway writes itself, or that tell more about a service than a client needs.
var ownAnswers = []string{
	auth.HeaderRequestID, auth.HeaderInternal, "X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset",
	"Ratelimit", "Ratelimit-Policy", "Ratelimit-Limit", "Ratelimit-Remaining", "Ratelimit-Reset",
	"X-Content-Type-Options", "Server", "X-Powered-By",
}

func tidy(res *http.Response) error {
	for _, name := range ownAnswers {
		res.Header.Del(name)
	}
	return nil
}
