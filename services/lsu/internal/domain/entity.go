package domain

import (
	"slices"

	"w2w/pkg/italia"
)

// Entity is a host entity (ente utilizzatore): the public body with which workers of the pool work.
type Entity struct {
	Ref    string
	Name   string
	Region string
	Kind   string
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
