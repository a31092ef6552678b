package rest

import (
	"bytes"
	"context"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/pkg/page"
	"w2w/services/concessions/internal/domain"
	"w2w/services/concessions/internal/rest/api"
	"w2w/services/concessions/internal/store"
)

func documentOut(x store.Document) api.Document {
	return api.Document{Id: x.ID, ApplicationId: x.ApplicationID, Administration: x.Administration, Kind: x.Kind, Title: x.Title, Sha256: x.SHA256,
		MediaType: x.MediaType, Stored: x.Bytes > 0, Bytes: httpx.Optional(x.Bytes), CreatedAt: x.CreatedAt}
}

// CreateDocument announces a document.
func (s *Server) CreateDocument(ctx context.Context, r api.CreateDocumentRequestObject) (api.CreateDocumentResponseObject, error) {
	announced := store.Document{ApplicationID: r.ApplicationId, Kind: string(r.Body.Kind), Title: r.Body.Title, SHA256: r.Body.Sha256, MediaType: string(r.Body.MediaType)}
	out, err := httpx.WriteAs(ctx, s.db, store.DocumentRoles(), func(tx *database.Tx, by auth.Identity) (api.Document, error) {
		x, err := s.desk.AnnounceDocument(tx, by, announced)
		return documentOut(x), err
	})
	if err != nil {
		return nil, err
	}
	location := Base + "/documents/" + out.Id.String()
	return api.CreateDocument201JSONResponse{Body: out, Headers: api.CreateDocument201ResponseHeaders{Location: &location}}, nil
}

// StoreDocument stores the content of an announced document.
func (s *Server) StoreDocument(ctx context.Context, r api.StoreDocumentRequestObject) (api.StoreDocumentResponseObject, error) {
	_, content := httpx.Body(ctx)
	out, err := httpx.WriteAs(ctx, s.db, store.DocumentRoles(), func(tx *database.Tx, by auth.Identity) (api.Document, error) {
		x, err := s.desk.StoreDocument(tx, by, r.DocumentId, content)
		return documentOut(x), err
	})
	if err != nil {
		return nil, err
	}
	return api.StoreDocument200JSONResponse(out), nil
}

// ReadDocument hands out the content of a document.
func (s *Server) ReadDocument(ctx context.Context, r api.ReadDocumentRequestObject) (api.ReadDocumentResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopePeople)
	if err != nil {
		return nil, err
	}
	content, err := s.desk.ReadDocument(ctx, by, r.DocumentId)
	if err != nil {
		return nil, err
	}
	return api.ReadDocument200ApplicationoctetStreamResponse{Body: bytes.NewReader(content), ContentLength: int64(len(content))}, nil
}

// GetDocument reads one document without its content.
func (s *Server) GetDocument(ctx context.Context, r api.GetDocumentRequestObject) (api.GetDocumentResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	x, err := s.desk.Document(ctx, by.Administration, r.DocumentId)
	if err != nil {
		return nil, err
	}
	return api.GetDocument200JSONResponse(documentOut(x)), nil
}

// ListDocuments lists the documents of an application, newest first.
func (s *Server) ListDocuments(ctx context.Context, r api.ListDocumentsRequestObject) (api.ListDocumentsResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	found, next, err := s.desk.Documents(ctx, by.Administration, r.ApplicationId, page.Of(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListDocuments200JSONResponse{Items: httpx.Each(found, documentOut), NextCursor: next}, nil
}
