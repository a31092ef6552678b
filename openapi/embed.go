// Package openapi holds the contracts of the suite, written by hand; each service validates by its own.
package openapi

import "embed"

// Concessions is the contract of the concessions service.
//
//go:embed concessions.v1.yaml
var Concessions []byte

// Gateway is the contract of the gateway.
//
//go:embed gateway.v1.yaml
var Gateway []byte

// LSU is the contract of the lsu service.
//
//go:embed lsu.v1.yaml
var LSU []byte

// Events has a JSON Schema with an example for each type of event of the feeds, <type>.json, and common.json for
// what they share.
//
//go:embed events/*.json
var Events embed.FS
