// Command gateway runs the gateway alone, as in a cluster.
package main

import (
	"w2w/pkg/app"
	"w2w/services/gateway"
)

func main() { app.Main(gateway.Program()) }
