package lsu

import (
	"w2w/pkg/person"
	"w2w/services/lsu/internal/store"
)

// SealedColumns are the columns that the keys in the folder Config.PersonKeys seal, for the operator who turns them.
func SealedColumns() []person.Column { return store.SealedColumns() }
