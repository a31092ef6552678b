// Command lsu runs the service alone, as in a cluster.
package main

import (
	"w2w/pkg/app"
	"w2w/services/lsu"
)

func main() { app.Main(lsu.Program()) }
