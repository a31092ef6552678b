package store

import (
	"context"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/services/gateway/internal/domain"
)

// Decisions is the audit trail of what the gateway decided.
type Decisions struct{ DB *database.DB }

// Add stores decisions, all or none.
func (s Decisions) Add(ctx context.Context, decisions []domain.Decision) error {
	past := make([]audit.Past, len(decisions))
	for i, d := range decisions {
		past[i] = audit.Past{At: d.At, Record: audit.Record{
			Action: d.Action, Subject: "service/" + d.Service, Administration: d.Administration, Detail: detail(d),
			By: auth.Identity{Client: d.Client, Actor: d.Actor, Purpose: d.Purpose, Txn: d.Txn},
		}}
		if d.Administration == "" { // of a stranger: nobody's own, for those who see all
			past[i].Administration = auth.AllAdministrations
		}
	}
	return s.DB.Update(ctx, "", func(tx *database.Tx) error { return audit.AppendPast(tx, past) })
}

func detail(d domain.Decision) map[string]any {
	out := map[string]any{}
	for name, value := range map[string]string{"request_id": d.Request, "method": d.Method, "route": d.Route, "code": d.Code} {
		if value != "" {
			out[name] = value
		}
	}
	if d.Calls > 1 {
		out["calls"] = d.Calls
	}
	return out
}
