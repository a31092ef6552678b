package store

import "w2w/pkg/person"

// The columns of sealed values.
var (
	sealedWorkers = person.Column{Table: "workers", Value: "person", ID: "id", Batch: 500}
	sealedRows    = person.Column{Table: "failed_rows", Value: "sent", ID: "intake_id", Row: "row", Batch: 500}
)

// SealedColumns are all of them.
func SealedColumns() []person.Column { return []person.Column{sealedWorkers, sealedRows} }
