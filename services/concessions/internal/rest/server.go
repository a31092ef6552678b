// Package rest is the HTTP edge of concessions: each handler decodes, calls one use case and converts.
package rest

import (
	"context"
	"strings"

	"github.com/gin-gonic/gin"

	"w2w/pkg/auth"
	"w2w/pkg/bulk"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/feed"
	"w2w/pkg/httpx"
	"w2w/pkg/italia"
	"w2w/services/concessions/internal/domain"
	"w2w/services/concessions/internal/rest/api"
	"w2w/services/concessions/internal/store"
)

// Base is the path under which the gateway serves concessions.
const Base = "/concessions/v1"

// Server answers the operations of concessions.v1.yaml.
type Server struct {
	db      *database.DB
	desk    *store.Desk
	feed    *feed.Reader
	worker  *httpx.Schema // of one line of a list
	places  *italia.Atlas
	version string
}

const (
	mediaJSON = "application/json"
	mediaPDF  = "application/pdf"
)

// Mount puts all operations on the engine: the contract first, then who calls, then the handlers.
func Mount(e *gin.Engine, db *database.DB, desk *store.Desk, verifier *auth.Verifier, contract *httpx.Contract, version string) error {
	worker, err := contract.Schema("NewWorker")
	if err != nil {
		return err
	}
	places, err := italia.Load()
	if err != nil {
		return err
	}
	s := &Server{db: db, desk: desk, feed: feed.NewReader(db, Base), worker: worker, places: places, version: version}
	exports, err := bulk.NewExports(contract, s.recordExport)
	if err != nil {
		return err
	}
	authenticate := auth.Middleware(verifier, httpx.Problem)
	onlyCallers := func(c *gin.Context) {
		if c.FullPath() != Base+"/status" {
			authenticate(c)
		}
	}
	handlers := api.NewStrictHandlerWithOptions(s, nil, api.StrictGinServerOptions{
		RequestErrorHandlerFunc:  func(c *gin.Context, err error) { httpx.Problem(c, fault.Wrap(err, fault.RequestInvalid)) },
		HandlerErrorFunc:         httpx.Problem,
		ResponseErrorHandlerFunc: httpx.Problem,
	})
	routes := e.Group(Base, onlyCallers, contract.Middleware(), httpx.Idempotency(), exports.Middleware())
	api.RegisterHandlersWithOptions(routes, handlers, api.GinServerOptions{
		ErrorHandler: func(c *gin.Context, err error, _ int) { httpx.Problem(c, fault.Wrap(err, fault.RequestInvalid)) },
	})
	return nil
}

// recordExport notes who takes a list out; a list of people is noted page by page besides.
func (s *Server) recordExport(ctx context.Context, e bulk.Export) error {
	return s.desk.RecordExport(ctx, auth.From(ctx), strings.TrimPrefix(e.Path, Base), map[string]any{"rows": e.Rows, "media_type": e.Media, "query": e.Query})
}

// GetStatus says that the API works.
func (s *Server) GetStatus(context.Context, api.GetStatusRequestObject) (api.GetStatusResponseObject, error) {
	return api.GetStatus200JSONResponse{Status: "ok", Version: s.version}, nil
}

// write runs a use case once for its key, for a caller who holds the scope.
func write[T any](ctx context.Context, s *Server, scope string, useCase func(tx *database.Tx, by auth.Identity) (T, error)) (T, error) {
	return writeAs(ctx, s, []string{scope}, useCase)
}

// writeAs is write for several roles, of which one is enough.
func writeAs[T any](ctx context.Context, s *Server, scopes []string, useCase func(tx *database.Tx, by auth.Identity) (T, error)) (T, error) {
	by, err := auth.Require(ctx, scopes...)
	if err != nil {
		var none T
		return none, err
	}
	return httpx.Once(ctx, s.db, by.Administration, func(tx *database.Tx) (T, error) { return useCase(tx, by) })
}

// reader returns a caller who may read.
func reader(ctx context.Context) (auth.Identity, error) { return auth.Require(ctx, domain.ScopeRead) }
