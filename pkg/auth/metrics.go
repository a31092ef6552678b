package auth

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"
)

// keyCollector shows how old the keys of one use are.
type keyCollector struct {
	made *prometheus.Desc
	keys func() ([]RingKey, error)
}

// NewKeyCollector makes the collector of the keys that are used for one thing; keys are asked for at each scrape.
func NewKeyCollector(use string, keys func() ([]RingKey, error)) prometheus.Collector {
	return &keyCollector{prometheus.NewDesc("w2w_key_made_timestamp_seconds",
		"When the key was made; the oldest of those in one state.", []string{"state"}, prometheus.Labels{"use": use}), keys}
}

// Describe implements prometheus.Collector.
func (c *keyCollector) Describe(to chan<- *prometheus.Desc) { to <- c.made }

// Collect implements prometheus.Collector.
func (c *keyCollector) Collect(to chan<- prometheus.Metric) {
	keys, err := c.keys()
	if err != nil {
		to <- prometheus.NewInvalidMetric(c.made, err)
		return
	}
	slices.SortFunc(keys, func(a, b RingKey) int { return a.Made.Compare(b.Made) })
	shown := map[string]bool{}
	for _, k := range keys {
		if !shown[k.State] {
			shown[k.State] = true
			to <- prometheus.MustNewConstMetric(c.made, prometheus.GaugeValue, float64(k.Made.Unix()), k.State)
		}
	}
}

// Collector shows how old the keys of the ring's folder are.
func (r *Ring) Collector(use string) prometheus.Collector {
	return NewKeyCollector(use, Rotation{Dir: r.dir}.List)
}

// failingSince tells the sets of one process apart by their addresses.
func failingSince(of string) *prometheus.Desc {
	return prometheus.NewDesc("w2w_key_set_failing_seconds", "For how long a key set could not be fetched; 0 when it was.", nil, prometheus.Labels{"of": of})
}

// Describe implements prometheus.Collector.
func (r *RemoteKeys) Describe(to chan<- *prometheus.Desc) { to <- failingSince(r.url) }

// Collect implements prometheus.Collector. A set is fetched when a token asks for it, so one that nobody needed is
// old without fault; what counts is since when fetches have failed.
func (r *RemoteKeys) Collect(to chan<- prometheus.Metric) {
	since := 0.0
	if at := r.failing.Load(); at > 0 {
		since = max(0, float64(r.now().Unix()-at))
	}
	to <- prometheus.MustNewConstMetric(failingSince(r.url), prometheus.GaugeValue, since)
}
