// Package openapi holds the contracts of the suite, written by hand; each service validates by its own.
package openapi

import _ "embed" // the contracts are part of the binaries

// Concessions is the contract of the concessions service.
//
//go:embed concessions.v1.yaml
var Concessions []byte
