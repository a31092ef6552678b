// Package params holds the versioned parameter files of concessions.
package params

import "embed"

// Files are the parameters with their dates and legal references.
//
//go:embed *.yaml
var Files embed.FS
