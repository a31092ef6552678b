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

// upload runs the intake of a list that was read, for a caller who holds the scope.
func (s *Server) upload(ctx context.Context, scope string, intake func(tx *database.Tx, by auth.Identity) (store.JudgedIntake, error)) (api.JudgedIntake, error) {
	return httpx.Write(ctx, s.db, scope, func(tx *database.Tx, by auth.Identity) (api.JudgedIntake, error) {
		x, err := intake(tx, by)
		return judgedIntakeOut(x), err
	})
}

// UploadEntities adds host entities from a list.
func (s *Server) UploadEntities(ctx context.Context, r api.UploadEntitiesRequestObject) (api.UploadEntitiesResponseObject, error) {
	if _, err := auth.Require(ctx, domain.ScopeUpload); err != nil {
		return nil, err
	}
	rows, err := readRows(ctx, s.forms[domain.EntityList], httpx.Or(r.JSONBody).Items, entityIn)
	if err != nil {
		return nil, err
	}
	out, err := s.upload(ctx, domain.ScopeUpload, func(tx *database.Tx, by auth.Identity) (store.JudgedIntake, error) {
		return s.desk.RegisterList(tx, by, s.places, rows)
	})
	if err != nil {
		return nil, err
	}
	return api.UploadEntities201JSONResponse{Body: out, Headers: api.UploadEntities201ResponseHeaders{Location: intakeAt(out)}}, nil
}

// UploadPool loads workers of the closed pool.
func (s *Server) UploadPool(ctx context.Context, r api.UploadPoolRequestObject) (api.UploadPoolResponseObject, error) {
	if _, err := auth.Require(ctx, domain.ScopeUpload); err != nil {
		return nil, err
	}
	rows, err := readRows(ctx, s.forms[domain.PoolList], httpx.Or(r.JSONBody).Items, workerIn)
	if err != nil {
		return nil, err
	}
	out, err := s.upload(ctx, domain.ScopeUpload, func(tx *database.Tx, by auth.Identity) (store.JudgedIntake, error) {
		return s.desk.EnterPool(tx, by, rows)
	})
	if err != nil {
		return nil, err
	}
	return api.UploadPool201JSONResponse{Body: out, Headers: api.UploadPool201ResponseHeaders{Location: intakeAt(out)}}, nil
}

func workerIn(w api.NewWorker) domain.Worker {
	return domain.Worker{Ref: w.WorkerRef, Person: domain.Person{TaxCode: w.TaxCode, FamilyName: w.FamilyName, GivenName: w.GivenName},
		Gender: string(w.Gender), BirthDate: w.BirthDate, Region: w.Region, EntityRef: w.EntityRef, InPoolSince: w.InPoolSince,
		WeeklyHours: int(httpx.Or(w.WeeklyHours))}
}
