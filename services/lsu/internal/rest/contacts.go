package rest

import (
	"context"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/rest/api"
	"w2w/services/lsu/internal/store"
)

// GetContact says whom to remind in a Region.
func (s *Server) GetContact(ctx context.Context, r api.GetContactRequestObject) (api.GetContactResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	c, err := s.desk.Contact(ctx, by.Administration, r.Region)
	if err != nil {
		return nil, err
	}
	return api.GetContact200JSONResponse{Body: contactOut(c), Headers: api.GetContact200ResponseHeaders{ETag: new(httpx.ETag(c.Version))}}, nil
}

// ReplaceContact states whom to remind in a Region.
func (s *Server) ReplaceContact(ctx context.Context, r api.ReplaceContactRequestObject) (api.ReplaceContactResponseObject, error) {
	wanted := store.Contact{Region: r.Region, Office: r.Body.Office, Email: r.Body.Email}
	out, err := httpx.WriteAs(ctx, s.db, []string{domain.ScopeSubmit, domain.ScopeUpload}, func(tx *database.Tx, by auth.Identity) (api.Contact, error) {
		c, err := s.desk.ReplaceContact(tx, by, r.Params.IfMatch, wanted)
		return contactOut(c), err
	})
	if err != nil {
		return nil, err
	}
	return api.ReplaceContact200JSONResponse{Body: out, Headers: api.ReplaceContact200ResponseHeaders{ETag: new(httpx.ETag(out.Version))}}, nil
}

func contactOut(c store.Contact) api.Contact {
	return api.Contact{Region: c.Region, Office: c.Office, Email: c.Email, Version: int32(c.Version), UpdatedAt: c.UpdatedAt}
}
