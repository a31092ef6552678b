package boards

var jobs = Variable{Name: "job", Title: "Service", Metric: "w2w_build_info", Label: "job"}

// services answers: are they there, do they keep their goals, and what are they short of.
func services() Board {
	return Board{Name: "services", Title: "w2w: services", Variables: []Variable{jobs}, Panels: append(append(presence(), goals()...), means()...)}
}

func presence() []Panel {
	return []Panel{
		{Title: "Alerts that are raised", Kind: Table, Empty: "none", Help: "Each has its section in the runbook.", Queries: []Query{
			{Expr: `sum by (severity, alertname) (ALERTS{alertname=~"W2W.*",alertstate="firing"})`, Legend: "cases"}}},
		{Title: "Replicas that answer Prometheus", Help: "By service; those that do not are counted apart.", Queries: []Query{
			{Expr: `sum by (job) (up{job=~"$job"})`, Legend: "{{job}}"}, {Expr: `count by (job) (up{job=~"$job"} == 0) or 0 * count by (job) (up{job=~"$job"})`, Legend: "{{job}} silent"}}},
		{Title: "Requests per second", Unit: "reqps", Help: "Answers by service; a call through the gateway counts at both.", Queries: []Query{
			{Expr: `sum by (service) (rate(w2w_http_request_seconds_count{job=~"$job"}[$__rate_interval]))`, Legend: "{{service}}"}}},
		{Title: "Failures (5xx)", Unit: "reqps", Empty: "none", Help: "By service and status.", Queries: []Query{
			{Expr: `sum by (service, status) (rate(w2w_http_request_seconds_count{job=~"$job",status=~"5.."}[$__rate_interval]))`, Legend: "{{service}} {{status}}"}}},
	}
}

func goals() []Panel {
	return []Panel{
		{Title: "Refusals (4xx)", Unit: "reqps", Empty: "none", Help: "As callers of the gateway see them.", Queries: []Query{
			{Expr: `sum by (status) (rate(w2w_http_request_seconds_count{service="gateway",status=~"4.."}[$__rate_interval]))`, Legend: "{{status}}"}}},
		{Title: "Burn of the error budget", Limit: 1, Help: "1 uses up the 0.05 % of 30 days in 30 days. Pages from 14.4 over an hour or 6 over six hours.", Queries: []Query{
			{Expr: `service:w2w_http_errors:ratio1h{service=~"$job"} / 0.0005`, Legend: "{{service}} 1 h"}, {Expr: `service:w2w_http_errors:ratio6h{service=~"$job"} / 0.0005`, Legend: "{{service}} 6 h"}}},
		{Title: "Requests slower than their goal, over an hour", Unit: "percentunit", Limit: .01, Help: "Reads over 150 ms, writes over 300 ms; the goal is 1 %. Without readers that let a feed keep them waiting.", Queries: []Query{
			{Expr: `service:w2w_http_slow:ratio1h{service=~"$job"}`, Legend: "{{service}} {{kind}}"}}},
		{Title: "Time of an answer", Unit: "s", Help: "Median and 99th percentile by service, without readers that let a feed keep them waiting.", Queries: []Query{
			{Expr: quantile("0.5"), Legend: "{{service}} p50"}, {Expr: quantile("0.99"), Legend: "{{service}} p99"}}},
		{Title: "The ten slowest routes", Unit: "s", Kind: Bars, Wide: true, Help: "Mean time over the last hour.", Queries: []Query{
			{Expr: `topk(10, sum by (service, method, route) (rate(w2w_http_request_seconds_sum{job=~"$job",waits=""}[1h])) / (sum by (service, method, route) (rate(w2w_http_request_seconds_count{job=~"$job",waits=""}[1h])) > 0))`, Legend: "{{service}} {{method}} {{route}}"}}},
	}
}

func quantile(q string) string {
	return `histogram_quantile(` + q + `, sum by (service, le) (rate(w2w_http_request_seconds_bucket{job=~"$job",waits=""}[$__rate_interval])))`
}

func means() []Panel {
	return []Panel{
		{Title: "Requests under way", Help: "At the instant of the scrape.", Queries: []Query{
			{Expr: `sum by (service) (w2w_http_requests_running{job=~"$job"})`, Legend: "{{service}}"}}},
		{Title: "Connections in use", Unit: "percentunit", Limit: .9, Help: "Of the fullest pool of each service.", Queries: []Query{
			{Expr: `service:w2w_database_pool_used:ratio{service=~"$job"}`, Legend: "{{service}}"}}},
		{Title: "Waiting for a connection", Unit: "s", Help: "Seconds of waiting in each second, of all requests together.", Queries: []Query{
			{Expr: `sum by (service) (rate(w2w_database_pool_wait_seconds_total{job=~"$job"}[$__rate_interval]))`, Legend: "{{service}}"}}},
		{Title: "Memory of the processes", Unit: "bytes", Help: "Resident memory of the largest replica.", Queries: []Query{
			{Expr: `max by (job) (process_resident_memory_bytes{job=~"$job"})`, Legend: "{{job}}"}}},
		{Title: "CPU of the processes", Unit: "suffix:cores", Help: "Of all replicas together.", Queries: []Query{
			{Expr: `sum by (job) (rate(process_cpu_seconds_total{job=~"$job"}[$__rate_interval]))`, Legend: "{{job}}"}}},
		{Title: "Goroutines", Help: "Of the replica with the most; a leak grows without end.", Queries: []Query{
			{Expr: `max by (job) (go_goroutines{job=~"$job"})`, Legend: "{{job}}"}}},
		{Title: "Builds at work", Kind: Table, Help: "Replicas by build; two of one service only during an update.", Queries: []Query{
			{Expr: `count by (service, version, revision, go) (w2w_build_info{job=~"$job"})`, Legend: "replicas"}}},
		{Title: "Versions of the schemas", Kind: Table, Help: "What the database has, and the newest that a binary knows.", Queries: []Query{
			{Expr: `max by (job, set) (w2w_schema_version{job=~"$job"})`, Legend: "database"}, {Expr: `max by (job, set) (w2w_schema_known_version{job=~"$job"})`, Legend: "binary"}}},
	}
}
