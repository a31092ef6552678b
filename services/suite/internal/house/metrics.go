package house

import "github.com/prometheus/client_golang/prometheus"

// metrics are those of all services at one address. The label job tells them apart, as it does where Prometheus
// reads each service at its own.
type metrics struct {
	all  *prometheus.Registry
	each map[string]*prometheus.Registry
}

// of notes the registry of a service.
func (m metrics) of(service string, r *prometheus.Registry) *prometheus.Registry {
	m.each[service] = r
	return r
}

// together has what the services, which are open by now, have registered.
func (m metrics) together() prometheus.Gatherer {
	for service, r := range m.each {
		prometheus.WrapRegistererWith(prometheus.Labels{"job": service}, m.all).MustRegister(r)
	}
	return m.all
}
