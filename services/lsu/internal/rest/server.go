// Package rest is the HTTP edge of lsu: each handler decodes, calls one use case and converts.
package rest

import (
	"context"

	"github.com/gin-gonic/gin"

	"w2w/pkg/auth"
	"w2w/pkg/bulk"
	"w2w/pkg/database"
	"w2w/pkg/feed"
	"w2w/pkg/httpx"
	"w2w/pkg/italia"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/rest/api"
	"w2w/services/lsu/internal/store"
)

// Base is the path under which the gateway serves lsu.
const Base = "/lsu/v1"

const mediaJSON = "application/json"

// Server answers the operations of lsu.v1.yaml.
type Server struct {
	db      *database.DB
	desk    *store.Desk
	feed    *feed.Reader
	places  *italia.Atlas
	forms   map[domain.IntakeKind]form
	version string
}

// Mount puts all operations on the engine.
func Mount(e *gin.Engine, db *database.DB, desk *store.Desk, verifier *auth.Verifier, contract *httpx.Contract, version string) error {
	places, err := italia.Load()
	if err != nil {
		return err
	}
	forms, err := openForms(contract)
	if err != nil {
		return err
	}
	s := &Server{db: db, desk: desk, feed: feed.NewReader(db, Base), places: places, forms: forms, version: version}
	exports, err := bulk.NewExports(contract, bulk.RecordIn(db, Base)) // a list of people is noted page by page besides
	if err != nil {
		return err
	}
	routes := contract.Routes(e, contract.Callers(verifier), exports.Middleware())
	handlers := api.NewStrictHandlerWithOptions(s, nil, api.StrictGinServerOptions(httpx.Strict()))
	api.RegisterHandlersWithOptions(routes, handlers, api.GinServerOptions{ErrorHandler: httpx.BadParameter})
	return nil
}

// GetStatus says that the API works.
func (s *Server) GetStatus(context.Context, api.GetStatusRequestObject) (api.GetStatusResponseObject, error) {
	return api.GetStatus200JSONResponse{Status: "ok", Version: s.version}, nil
}

// reader returns a caller who may read.
func reader(ctx context.Context) (auth.Identity, error) { return auth.Require(ctx, domain.ScopeRead) }
