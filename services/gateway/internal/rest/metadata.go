package rest

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"w2w/pkg/auth"
	"w2w/services/gateway/internal/domain"
)

const publicAge = "public, max-age=300"

func (s *server) jwks(c *gin.Context) {
	c.Header("Cache-Control", publicAge)
	c.JSON(http.StatusOK, s.Keys.Public())
}

type metadata struct {
	Issuer        string   `json:"issuer"`
	TokenEndpoint string   `json:"token_endpoint"`
	JWKS          string   `json:"jwks_uri"`
	Grants        []string `json:"grant_types_supported"`
	Responses     []string `json:"response_types_supported"`
	Methods       []string `json:"token_endpoint_auth_methods_supported"`
	Algorithms    []string `json:"token_endpoint_auth_signing_alg_values_supported"`
	Proofs        []string `json:"dpop_signing_alg_values_supported"`
	Documentation string   `json:"service_documentation"`
}

// metadata is the authorization server's description (RFC 8414).
func (s *server) metadata(c *gin.Context) {
	base := strings.TrimSuffix(s.Issuer.Name, "/")
	methods := []string{"private_key_jwt"}
	if s.Issuer.Secrets {
		methods = append(methods, "client_secret_basic", "client_secret_post")
	}
	c.Header("Cache-Control", publicAge)
	c.JSON(http.StatusOK, metadata{
		Issuer: s.Issuer.Name, TokenEndpoint: s.Issuer.TokenEndpoint(), JWKS: base + "/.well-known/jwks.json",
		Grants: []string{"client_credentials"}, Responses: []string{}, Methods: methods,
		Algorithms: domain.AssertionAlgorithms, Proofs: auth.ProofAlgorithms, Documentation: s.Base + "/docs",
	})
}
