package apitest

import (
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"w2w/pkg/testkit"
)

// once keeps what is read once for all tests.
type once struct {
	contract read[*testkit.Contract]
	schemas  read[map[string]*jsonschema.Schema]
}

type read[T any] struct {
	once  sync.Once
	value T
	err   error
}

func (r *read[T]) get(load func() (T, error)) (T, error) {
	r.once.Do(func() { r.value, r.err = load() })
	return r.value, r.err
}

// Contract is the service's.
func (s *Service) Contract() (*testkit.Contract, error) {
	return s.contract.get(func() (*testkit.Contract, error) { return testkit.LoadContract(s.Spec, s.Base) })
}

// Schemas are those of the service's events, by type.
func (s *Service) Schemas() (map[string]*jsonschema.Schema, error) { return s.schemas.get(s.compile) }
