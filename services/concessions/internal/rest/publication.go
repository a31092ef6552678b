package rest

import (
	"bytes"
	"context"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/services/concessions/internal/domain"
	"w2w/services/concessions/internal/rest/api"
	"w2w/services/concessions/internal/store"
)

func publicationOut(p store.Publication) api.Publication {
	d := p.Decree
	return api.Publication{DecreeId: d.ID, Administration: d.Administration, Number: d.Number, DecreeDate: d.Date, FinancingDecree: httpx.Optional(d.FinancingDecree),
		InterventionCode: httpx.Optional(d.InterventionCode), Signatory: d.Signatory, PublishedOn: d.PublishedOn, PublicationAct: httpx.Optional(d.PublicationAct),
		ThresholdCents: p.Rule.ThresholdCents, LegalRef: p.Rule.LegalRef, UnlistedCount: int32(p.UnlistedCount), UnlistedCents: p.UnlistedCents,
		CommittedCents: d.Total.CommittedCents, StateCents: d.Total.StateCents, RegionalCents: d.Total.RegionalCents,
		Items: httpx.Each(p.Listed, func(a store.DecreedApplication) api.PublishedGrant {
			return api.PublishedGrant{DecreeNumber: d.Number, DecreeDate: d.Date, Named: a.EmployerTaxCode != "", EmployerName: httpx.Optional(a.EmployerName),
				EmployerTaxCode: httpx.Optional(a.EmployerTaxCode), Instrument: api.Instrument(a.Instrument), CommittedCents: a.CommittedCents,
				StateCents: a.StateCents, RegionalCents: a.RegionalCents, Ended: httpx.Optional(api.PublishedGrantEnded(a.Ended))}
		})}
}

// GetPublication reads the public annex of a decree, as data or as paper.
func (s *Server) GetPublication(ctx context.Context, r api.GetPublicationRequestObject) (api.GetPublicationResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	found, err := s.desk.Publication(ctx, by.Administration, r.DecreeId)
	if err != nil {
		return nil, err
	}
	out := publicationOut(found)
	if media, err := httpx.Negotiate(ctx, mediaJSON, mediaPDF); err != nil || media == mediaJSON {
		return api.GetPublication200JSONResponse(out), err
	}
	var paper bytes.Buffer
	if err := s.publicationPaper(out, found.Decree.CreatedAt).Write(&paper); err != nil {
		return nil, err
	}
	return api.GetPublication200ApplicationpdfResponse{Body: &paper, ContentLength: int64(paper.Len())}, nil
}

// PublishDecree records that a decree was published.
func (s *Server) PublishDecree(ctx context.Context, r api.PublishDecreeRequestObject) (api.PublishDecreeResponseObject, error) {
	out, err := httpx.Write(ctx, s.db, domain.ScopeDecree, func(tx *database.Tx, by auth.Identity) (api.Publication, error) {
		p, err := s.desk.Publish(tx, by, r.DecreeId, r.Body.PublishedOn, httpx.Or(r.Body.Act))
		return publicationOut(p), err
	})
	if err != nil {
		return nil, err
	}
	return api.PublishDecree201JSONResponse(out), nil
}
