package concessions

import "w2w/services/concessions/internal/store"

// PersonKeys is the folder of Config.PersonKeys in the hands of an operator.
type PersonKeys = store.PersonKeys

// ErrPersonKeys is a step that the state of the keys of persons, or of what they seal, does not allow.
var ErrPersonKeys = store.ErrPersonKeys
