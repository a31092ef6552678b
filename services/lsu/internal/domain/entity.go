package domain

import (
	"slices"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
	"w2w/pkg/italia"
)

// ForAllRegions refuses who acts for one Region: which entities there are, and who is in the pool, is stated for
// all of them at once.
func ForAllRegions(by auth.Identity) error {
	if by.Administration == auth.AllAdministrations {
		return nil
	}
	return fault.New(fault.ScopeMissing, "Il registro è tenuto per tutte le Regioni insieme.", "The registry is kept for all Regions together.")
}

// EntityKnown is what an entity is judged against: the administrations of Italy, and the entities before it.
type EntityKnown struct {
	Places *italia.Atlas
	Ref    func(entityRef string) bool
}

// JudgeEntity returns all codes that apply to an entity of the registry, sorted; none accepts it. It may lie in any
// Region of Italy, and wherever there is a pool.
func (r Rules) JudgeEntity(e Entity, k EntityKnown) ([]Code, error) {
	var codes []Code
	if k.Ref(e.Ref) {
		codes = append(codes, EntityDuplicate)
	}
	if place, ok := k.Places.Administration(e.Region); !ok || place.Code == italia.Ministry {
		pool, err := r.IsRegion(e.Region)
		if err != nil {
			return nil, err
		}
		if !pool {
			codes = append(codes, RegionUnknown)
		}
	}
	slices.Sort(codes)
	return codes, nil
}
