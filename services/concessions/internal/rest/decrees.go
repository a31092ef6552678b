package rest

import (
	"context"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/services/concessions/internal/domain"
	"w2w/services/concessions/internal/rest/api"
	"w2w/services/concessions/internal/store"
)

func decreeOut(d store.Decree) api.Decree {
	return api.Decree{Id: d.ID, Administration: d.Administration, Number: d.Number, DecreeDate: d.Date, FinancingDecree: optional(d.FinancingDecree),
		InterventionCode: optional(d.InterventionCode), Annex: optional(d.Annex), Signatory: d.Signatory, CommittedCents: d.CommittedCents(),
		Applications: each(d.Applications, func(a store.DecreedApplication) api.DecreedApplication {
			return api.DecreedApplication{ApplicationId: a.ApplicationID, Workers: int32(a.Workers), Hours: a.Hours,
				CommittedCents: a.CommittedCents, StateCents: a.StateCents, RegionalCents: a.RegionalCents}
		})}
}

// CreateDecree decrees many applications.
func (s *Server) CreateDecree(ctx context.Context, r api.CreateDecreeRequestObject) (api.CreateDecreeResponseObject, error) {
	b := r.Body
	decree := store.Decree{Number: b.Number, Date: b.DecreeDate, FinancingDecree: or(b.FinancingDecree),
		InterventionCode: or(b.InterventionCode), Annex: or(b.Annex), Signatory: b.Signatory}
	out, err := write(ctx, s, domain.ScopeDecree, func(tx *database.Tx, by auth.Identity) (api.Decree, error) {
		issued, err := s.desk.Issue(tx, by, decree, b.ApplicationIds)
		return decreeOut(issued), err
	})
	if err != nil {
		return nil, store.NumberTaken(err)
	}
	location := Base + "/decrees/" + out.Id.String()
	return api.CreateDecree201JSONResponse{Body: out, Headers: api.CreateDecree201ResponseHeaders{Location: &location}}, nil
}

// GetDecree reads one decree.
func (s *Server) GetDecree(ctx context.Context, r api.GetDecreeRequestObject) (api.GetDecreeResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	found, err := s.desk.Decree(ctx, by.Administration, r.DecreeId)
	if err != nil {
		return nil, err
	}
	return api.GetDecree200JSONResponse(decreeOut(found)), nil
}

// ListDecrees lists decrees, newest first.
func (s *Server) ListDecrees(ctx context.Context, r api.ListDecreesRequestObject) (api.ListDecreesResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	found, next, err := s.desk.Decrees(ctx, by.Administration, page(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListDecrees200JSONResponse{Items: each(found, decreeOut), NextCursor: next}, nil
}
