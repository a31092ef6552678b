package app

import (
	"runtime/debug"

	"github.com/prometheus/client_golang/prometheus"
)

// Version is the release of this binary, set by the linker; without it, what the Go tools noted of the checkout.
var Version = ""

// build is what is known of this binary.
func build() (version, revision, compiler string) {
	version, revision, compiler = Version, "unknown", "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		compiler = info.GoVersion
		if version == "" {
			version = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = s.Value
			}
		}
	}
	if version == "" {
		version = "(devel)"
	}
	return version, revision, compiler
}

// newBuildInfo says which build of a service this process is; its value is always 1.
func newBuildInfo(service string) prometheus.Collector {
	version, revision, compiler := build()
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: "w2w_build_info", Help: "The build of the service; always 1.",
		ConstLabels: prometheus.Labels{"service": service, "version": version, "revision": revision, "go": compiler}})
	g.Set(1)
	return g
}
