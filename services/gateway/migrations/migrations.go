// Package migrations holds the schema of the gateway's client registry.
package migrations

import "embed"

// Files are the goose migrations, in the order of their numbers.
//
//go:embed *.sql
var Files embed.FS
