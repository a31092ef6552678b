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

func decreeSummaryOut(d store.Decree) api.DecreeSummary {
	return api.DecreeSummary{Id: d.ID, Administration: d.Administration, Number: d.Number, DecreeDate: d.Date, FinancingDecree: httpx.Optional(d.FinancingDecree),
		InterventionCode: httpx.Optional(d.InterventionCode), Annex: httpx.Optional(d.Annex), Signatory: d.Signatory, ApplicationCount: int32(d.Count),
		Workers: d.Total.Workers, Hours: d.Total.Hours, CommittedCents: d.Total.CommittedCents, StateCents: d.Total.StateCents, RegionalCents: d.Total.RegionalCents,
		EndedCount: int32(d.EndedCount), EndedCents: d.EndedCents, PublishedOn: d.PublishedOn, PublicationAct: httpx.Optional(d.PublicationAct)}
}

// decreeOut adds the hash that ties the decree to its paper.
func decreeOut(d store.Decree) (api.Decree, error) {
	x := decreeSummaryOut(d)
	out := api.Decree{Id: x.Id, Administration: x.Administration, Number: x.Number, DecreeDate: x.DecreeDate, FinancingDecree: x.FinancingDecree,
		InterventionCode: x.InterventionCode, Annex: x.Annex, Signatory: x.Signatory, ApplicationCount: x.ApplicationCount, Workers: x.Workers, Hours: x.Hours,
		CommittedCents: x.CommittedCents, StateCents: x.StateCents, RegionalCents: x.RegionalCents, EndedCount: x.EndedCount, EndedCents: x.EndedCents,
		PublishedOn: x.PublishedOn, PublicationAct: x.PublicationAct, Applications: httpx.Each(d.Applications, decreedOut)}
	var err error
	out.ContentSha256, err = contentHash(out)
	return out, err
}

func decreedOut(a store.DecreedApplication) api.DecreedApplication {
	return api.DecreedApplication{ApplicationId: a.ApplicationID, ApplicationRef: a.Ref, EmployerTaxCode: a.EmployerTaxCode, EmployerName: a.EmployerName,
		Instrument: api.Instrument(a.Instrument), ConcessionType: api.ConcessionType(a.ConcessionType), PeriodFrom: a.Period.From, PeriodTo: a.Period.To,
		Workers: int32(a.Workers), Hours: a.Hours, CommittedCents: a.CommittedCents, StateCents: a.StateCents, RegionalCents: a.RegionalCents,
		Ended: httpx.Optional(api.DecreedApplicationEnded(a.Ended))}
}

// CreateDecree decrees many applications.
func (s *Server) CreateDecree(ctx context.Context, r api.CreateDecreeRequestObject) (api.CreateDecreeResponseObject, error) {
	b := r.Body
	decree := store.Decree{Number: b.Number, Date: b.DecreeDate, FinancingDecree: httpx.Or(b.FinancingDecree),
		InterventionCode: httpx.Or(b.InterventionCode), Annex: httpx.Or(b.Annex), Signatory: b.Signatory}
	out, err := httpx.Write(ctx, s.db, domain.ScopeDecree, func(tx *database.Tx, by auth.Identity) (api.Decree, error) {
		issued, err := s.desk.Issue(tx, by, decree, b.ApplicationIds)
		if err != nil {
			return api.Decree{}, err
		}
		return decreeOut(issued)
	})
	if err != nil {
		return nil, store.NumberTaken(err)
	}
	location := Base + "/decrees/" + out.Id.String()
	return api.CreateDecree201JSONResponse{Body: out, Headers: api.CreateDecree201ResponseHeaders{Location: &location}}, nil
}

// GetDecree reads one decree, as data or as paper.
func (s *Server) GetDecree(ctx context.Context, r api.GetDecreeRequestObject) (api.GetDecreeResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	found, err := s.desk.Decree(ctx, by.Administration, r.DecreeId)
	if err != nil {
		return nil, err
	}
	out, err := decreeOut(found)
	if err != nil {
		return nil, err
	}
	if media, err := httpx.Negotiate(ctx, mediaJSON, mediaPDF); err != nil || media == mediaJSON {
		return api.GetDecree200JSONResponse(out), err
	}
	var paper bytes.Buffer
	if err := s.decreePaper(out, found.CreatedAt).Write(&paper); err != nil {
		return nil, err
	}
	return api.GetDecree200ApplicationpdfResponse{Body: &paper, ContentLength: int64(paper.Len())}, nil
}

// ListDecreeApplications lists what a decree grants.
func (s *Server) ListDecreeApplications(ctx context.Context, r api.ListDecreeApplicationsRequestObject) (api.ListDecreeApplicationsResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	found, err := s.desk.Decree(ctx, by.Administration, r.DecreeId)
	if err != nil {
		return nil, err
	}
	return api.ListDecreeApplications200JSONResponse{Items: httpx.Each(found.Applications, decreedOut)}, nil
}

// ListDecrees lists decrees, newest first.
func (s *Server) ListDecrees(ctx context.Context, r api.ListDecreesRequestObject) (api.ListDecreesResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	found, next, err := s.desk.Decrees(ctx, by.Administration, page.Of(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListDecrees200JSONResponse{Items: httpx.Each(found, decreeSummaryOut), NextCursor: next}, nil
}
