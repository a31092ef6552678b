package rest

import (
	"context"
	"strings"

	"github.com/gin-gonic/gin"

	"w2w/openapi"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/pkg/page"
	"w2w/services/gateway/internal/domain"
	"w2w/services/gateway/internal/rest/api"
	"w2w/services/gateway/internal/store"
)

// Registrar is where the registry's changes are made; Changed is told of each one that took effect.
type Registrar struct {
	Office  *store.Office
	Changed func(client string)
}

// registry answers the operations of the registry in gateway.v1.yaml.
type registry struct{ Registrar }

// mountRegistry serves the gateway's own API as a service would: the caller first, then the contract, then the handlers.
func (s *server) mountRegistry(e *gin.Engine) error {
	contract, err := httpx.NewContract(openapi.Gateway, "")
	if err != nil {
		return err
	}
	handlers := api.NewStrictHandlerWithOptions(&registry{s.Registrar}, nil, api.StrictGinServerOptions(httpx.Strict()))
	api.RegisterHandlersWithOptions(contract.Routes(e, s.identify), handlers, api.GinServerOptions{ErrorHandler: httpx.BadParameter})
	return nil
}

// registryService is what decisions about calls of the registry call it.
const registryService = "gateway"

// identify is what a service does with the internal token, without the token.
func (s *server) identify(c *gin.Context) {
	txn := c.Writer.Header().Get(auth.HeaderRequestID)
	caller, err := s.enter(c)
	if err == nil {
		err = s.allowed(c, registryService, caller, txn)
	}
	if err != nil {
		s.refused(c, registryService, err)
		httpx.Problem(c, err)
		return
	}
	id := auth.Identity{Client: caller.Client, Kind: caller.Kind, Administration: caller.Administration, Scopes: strings.Fields(caller.Scope),
		Actor: caller.Subject(), Purpose: caller.Purpose, Txn: txn}
	c.Request = c.Request.WithContext(auth.With(c.Request.Context(), id))
}

// change runs a use case once for its key, for a caller who holds one of the scopes.
func (r *registry) change(ctx context.Context, useCase func(tx *database.Tx, by auth.Identity) (domain.Change, error), scopes ...string) (api.ClientChange, error) {
	return httpx.WriteAs(ctx, r.Office.DB, scopes, func(tx *database.Tx, by auth.Identity) (api.ClientChange, error) {
		c, err := useCase(tx, by)
		return changeOut(c), err
	})
}

// CreateClientChange files a proposal.
func (r *registry) CreateClientChange(ctx context.Context, q api.CreateClientChangeRequestObject) (api.CreateClientChangeResponseObject, error) {
	out, err := r.change(ctx, func(tx *database.Tx, by auth.Identity) (domain.Change, error) {
		return r.Office.Propose(tx, by, changeIn(q.Body))
	}, domain.ScopePropose)
	if err != nil {
		return nil, err
	}
	at := "/gateway/v1/client-changes/" + out.ChangeId.String()
	return api.CreateClientChange201JSONResponse{Body: out, Headers: api.CreateClientChange201ResponseHeaders{Location: &at}}, nil
}

// ApproveClientChange puts a proposal into effect.
func (r *registry) ApproveClientChange(ctx context.Context, q api.ApproveClientChangeRequestObject) (api.ApproveClientChangeResponseObject, error) {
	out, err := r.change(ctx, func(tx *database.Tx, by auth.Identity) (domain.Change, error) {
		return r.Office.Approve(tx, by, q.ChangeId)
	}, domain.ScopeApprove)
	if err != nil {
		return nil, err
	}
	r.Changed(out.ClientId)
	return api.ApproveClientChange200JSONResponse(out), nil
}

// RejectClientChange ends a proposal; who holds only the scope to propose may withdraw its own.
func (r *registry) RejectClientChange(ctx context.Context, q api.RejectClientChangeRequestObject) (api.RejectClientChangeResponseObject, error) {
	out, err := r.change(ctx, func(tx *database.Tx, by auth.Identity) (domain.Change, error) {
		return r.Office.Reject(tx, by, q.ChangeId, q.Body.Reason)
	}, domain.ScopeApprove, domain.ScopePropose)
	if err != nil {
		return nil, err
	}
	return api.RejectClientChange200JSONResponse(out), nil
}

// ListClients lists clients by id.
func (r *registry) ListClients(ctx context.Context, q api.ListClientsRequestObject) (api.ListClientsResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopeRead)
	if err != nil {
		return nil, err
	}
	p := q.Params
	filter := store.ClientFilter{Kind: string(httpx.Or(p.Kind)), Administration: httpx.Or(p.Administration), State: string(httpx.Or(p.State))}
	found, next, err := r.Office.Clients(ctx, by, filter, page.Of(p.Limit, p.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListClients200JSONResponse{Items: httpx.Each(found, clientOut), NextCursor: next}, nil
}

// GetClient shows one client.
func (r *registry) GetClient(ctx context.Context, q api.GetClientRequestObject) (api.GetClientResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopeRead)
	if err != nil {
		return nil, err
	}
	found, err := r.Office.Client(ctx, by, q.ClientId)
	if err != nil {
		return nil, err
	}
	return api.GetClient200JSONResponse{Body: clientOut(found), Headers: api.GetClient200ResponseHeaders{ETag: new(httpx.ETag(found.Version))}}, nil
}

// ListClientChanges lists changes, newest first.
func (r *registry) ListClientChanges(ctx context.Context, q api.ListClientChangesRequestObject) (api.ListClientChangesResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopeRead)
	if err != nil {
		return nil, err
	}
	p := q.Params
	found, next, err := r.Office.Changes(ctx, by, httpx.Or(p.ClientId), string(httpx.Or(p.State)), page.Of(p.Limit, p.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListClientChanges200JSONResponse{Items: httpx.Each(found, changeOut), NextCursor: next}, nil
}

// GetClientChange shows one change.
func (r *registry) GetClientChange(ctx context.Context, q api.GetClientChangeRequestObject) (api.GetClientChangeResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopeRead)
	if err != nil {
		return nil, err
	}
	found, err := r.Office.Change(ctx, by, q.ChangeId)
	if err != nil {
		return nil, err
	}
	return api.GetClientChange200JSONResponse(changeOut(found)), nil
}
