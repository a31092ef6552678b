// Package migrations holds the schema of the lsu service.
package migrations

import "embed"

// Files are the goose migrations, in the order of their numbers.
//
//go:embed *.sql
var Files embed.FS
