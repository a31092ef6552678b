// Command concessions runs the service alone, as in a cluster.
package main

import (
	"w2w/pkg/app"
	"w2w/services/concessions"
)

func main() { app.Main(concessions.Program()) }
