// Package params holds the first values of the dated parameters of the LSU pool.
package params

import "embed"

// Files are the versioned files of parameters.
//
//go:embed *.yaml
var Files embed.FS
