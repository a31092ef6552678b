// Package chartcheck holds the chart helm/w2w to its rules, without a cluster: make chart-check. It is a module of its own
// and outside the workspace, so that nobody else compiles Helm and Kubernetes.
package chartcheck
