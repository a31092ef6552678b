package lsupool

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"w2w/pkg/auth"
	"w2w/pkg/period"
	"w2w/services/suite/internal/portal"
)

type object = map[string]any

// rule states which Regions have a pool, where those with a convention are others than those in force.
func (r *Run) rule(ctx context.Context) error {
	var asOf []period.Date
	if err := r.parameter(ctx, "pool.as_of", "", &asOf); err != nil {
		return err
	}
	if len(asOf) != 1 {
		return fmt.Errorf("the API knows %d days of the pool", len(asOf))
	}
	var known [][]string
	if err := r.parameter(ctx, "pool.regions", "&on="+asOf[0].String(), &known); err != nil {
		return err
	}
	regions := r.in.regions()
	if len(known) == 1 && slices.Equal(slices.Sorted(slices.Values(known[0])), regions) {
		return nil
	}
	return r.Post(ctx, auth.AllAdministrations, scopeRules, portal.Call{Path: "/parameters", Key: r.Key("regions"),
		Body: object{"key": "pool.regions", "value": regions, "valid_from": asOf[0], "legal_ref": r.in.conventions[0].legalRef,
			"act": fmt.Sprintf("Convenzioni %d", r.in.years()[0])}})
}

// parameter reads the values of a key.
func (r *Run) parameter(ctx context.Context, key, and string, values any) error {
	var list struct {
		Items []struct {
			Value json.RawMessage `json:"value"`
		} `json:"items"`
	}
	if err := r.Get(ctx, auth.AllAdministrations, scopeRead, "/parameters?key="+key+and, &list); err != nil {
		return err
	}
	raw := make([]json.RawMessage, len(list.Items))
	for i, p := range list.Items {
		raw[i] = p.Value
	}
	all, err := json.Marshal(raw)
	if err != nil {
		return err
	}
	return json.Unmarshal(all, values)
}

// agree records the conventions; the ledger has their funds from the first day of the year.
func (r *Run) agree(ctx context.Context) error {
	for _, c := range r.in.conventions {
		err := r.Post(ctx, auth.AllAdministrations, scopeAssign, portal.Call{Path: "/conventions", Key: r.Key("convention", c.region, c.year),
			Body: object{"region": c.region, "year": c.year, "funds_cents": c.cents, "legal_ref": c.legalRef, "signed_on": period.Of(int(c.year), 1, 1)}})
		if err != nil {
			return fmt.Errorf("convention of Region %s, %d: %w", c.region, c.year, err)
		}
	}
	return nil
}
