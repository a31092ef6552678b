package app

import (
	"runtime/debug"

	"github.com/prometheus/client_golang/prometheus"
)

// build is from which revision, and by which compiler, this binary was made.
func build() (revision, compiler string) {
	revision, compiler = "unknown", "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		compiler = info.GoVersion
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = s.Value
			}
		}
	}
	return revision, compiler
}

// newBuildInfo says which build of a service this process is; its value is always 1.
func newBuildInfo(service string) prometheus.Collector {
	revision, compiler := build()
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: "w2w_build_info", Help: "The build of the service; always 1.",
		ConstLabels: prometheus.Labels{"service": service, "version": Version, "revision": revision, "go": compiler}})
	g.Set(1)
	return g
}
