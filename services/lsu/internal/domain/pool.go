package domain

import (
	"slices"

	"github.com/google/uuid"

	"w2w/pkg/italia"
	"w2w/pkg/period"
)

// Person is who a worker is; it never leaves the service but to those who may see people.
type Person struct {
	TaxCode    string
	FamilyName string
	GivenName  string
}

// Worker is a member of the closed pool as it was on the pool's day.
type Worker struct {
	ID          uuid.UUID
	Ref         string
	Person      Person
	Gender      string // M or F
	BirthDate   period.Date
	Region      string
	EntityRef   string
	InPoolSince period.Date
	WeeklyHours int
}

// Known is what a row of the pool is judged against besides itself: the entities of the registry, and the
// workers that are in the pool before it.
type Known struct {
	Entity   func(ref string) (Entity, bool)
	Ref      func(workerRef string) bool
	TaxCode  func(taxCode string) bool
	IsRegion func(code string) bool
}

// JudgeWorker returns all codes that apply to a row of the pool, sorted; none accepts it.
func JudgeWorker(w Worker, k Known) []Code {
	var codes []Code
	add := func(c Code, broken bool) {
		if broken {
			codes = append(codes, c)
		}
	}
	add(TaxCodeInvalid, !italia.ValidTaxCode(w.Person.TaxCode))
	_, known := k.Entity(w.EntityRef)
	add(EntityUnknown, !known)
	add(RegionUnknown, !k.IsRegion(w.Region))
	add(WorkerDuplicate, k.Ref(w.Ref) || k.TaxCode(w.Person.TaxCode))
	slices.Sort(codes)
	return codes
}
