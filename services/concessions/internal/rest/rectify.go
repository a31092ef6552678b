package rest

import (
	"context"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/services/concessions/internal/domain"
	"w2w/services/concessions/internal/rest/api"
	"w2w/services/concessions/internal/store"
)

// RectifyApplication corrects what INPS discarded.
func (s *Server) RectifyApplication(ctx context.Context, r api.RectifyApplicationRequestObject) (api.RectifyApplicationResponseObject, error) {
	b := r.Body
	x := store.Rectification{Rows: httpx.Each(b.Rows, correctedIn), Reason: b.Reason, DocumentSHA256: httpx.Or(b.DocumentSha256), On: b.ActedOn}
	out, err := httpx.WriteAs(ctx, s.db, store.RectificationRoles(), func(tx *database.Tx, by auth.Identity) (api.JudgedApplication, error) {
		j, err := s.desk.Rectify(tx, by, r.ApplicationId, x)
		return judgedOut(j), err
	})
	if err != nil {
		return nil, err
	}
	return api.RectifyApplication201JSONResponse(out), nil
}

func correctedIn(c api.CorrectedRow) domain.Correction {
	return domain.Correction{Row: int(c.Row), TaxCode: c.TaxCode, FamilyName: c.FamilyName, GivenName: c.GivenName,
		Qualification: c.Qualification, Contract: c.Contract, WeeklyHours: c.WeeklyHours}
}
