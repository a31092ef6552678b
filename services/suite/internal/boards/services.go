package boards

var jobs = Variable{"job", "Service", "w2w_build_info", "job"}

// services answers: are they there, do they keep their goals, and what are they short of.
func services() Board {
	return Board{Name: "services", Title: "w2w: services", Variables: []Variable{jobs}, Panels: append(goals(), means()...)}
}

func goals() []Panel {
	return []Panel{
		{Title: "Requests per second", Unit: "reqps", Help: "Answers by service; a call through the gateway counts at both.", Queries: []Query{
			{`sum by (service) (rate(w2w_http_request_seconds_count{job=~"$job"}[$__rate_interval]))`, "{{service}}"}}},
		{Title: "Answers that are no success", Unit: "reqps", Help: "Refusals (4xx) and failures (5xx) by service and status.", Queries: []Query{
			{`sum by (service, status) (rate(w2w_http_request_seconds_count{job=~"$job",status=~"[45].."}[$__rate_interval])) > 0`, "{{service}} {{status}}"}}},
		{Title: "Burn of the error budget", Limit: 1, Help: "1 uses up the 0.05 % of 30 days in 30 days. Pages from 14.4 over an hour or 6 over six hours.", Queries: []Query{
			{`service:w2w_http_errors:ratio1h / 0.0005`, "{{service}} 1 h"}, {`service:w2w_http_errors:ratio6h / 0.0005`, "{{service}} 6 h"}}},
		{Title: "Requests slower than their goal, over an hour", Unit: "percentunit", Limit: .01, Help: "Reads over 150 ms, writes over 300 ms; the goal is 1 %.", Queries: []Query{
			{`service:w2w_http_slow:ratio1h`, "{{service}} {{kind}}"}}},
		{Title: "Time of an answer", Unit: "s", Help: "Median and 99th percentile by service.", Queries: []Query{
			{`histogram_quantile(0.5, sum by (service, le) (rate(w2w_http_request_seconds_bucket{job=~"$job"}[$__rate_interval])))`, "{{service}} p50"},
			{`histogram_quantile(0.99, sum by (service, le) (rate(w2w_http_request_seconds_bucket{job=~"$job"}[$__rate_interval])))`, "{{service}} p99"}}},
		{Title: "The ten slowest routes", Unit: "s", Kind: Bars, Help: "Mean time over the last hour.", Queries: []Query{
			{`topk(10, sum by (service, method, route) (rate(w2w_http_request_seconds_sum{job=~"$job"}[1h])) / (sum by (service, method, route) (rate(w2w_http_request_seconds_count{job=~"$job"}[1h])) > 0))`, "{{service}} {{method}} {{route}}"}}},
	}
}

func means() []Panel {
	return []Panel{
		{Title: "Requests under way", Help: "At the instant of the scrape.", Queries: []Query{
			{`sum by (service) (w2w_http_requests_running{job=~"$job"})`, "{{service}}"}}},
		{Title: "Connections in use", Unit: "percentunit", Limit: .9, Help: "Of the fullest pool of each service.", Queries: []Query{
			{`service:w2w_database_pool_used:ratio`, "{{service}}"}}},
		{Title: "Waiting for a connection", Unit: "s", Help: "Seconds of waiting in each second, of all requests together.", Queries: []Query{
			{`sum by (service) (rate(w2w_database_pool_wait_seconds_total{job=~"$job"}[$__rate_interval]))`, "{{service}}"}}},
		{Title: "Memory of the processes", Unit: "bytes", Help: "Resident memory of the largest replica.", Queries: []Query{
			{`max by (job) (process_resident_memory_bytes{job=~"$job"})`, "{{job}}"}}},
		{Title: "CPU of the processes", Help: "Cores used, of all replicas together.", Queries: []Query{
			{`sum by (job) (rate(process_cpu_seconds_total{job=~"$job"}[$__rate_interval]))`, "{{job}}"}}},
		{Title: "Goroutines", Help: "Of the replica with the most; a leak grows without end.", Queries: []Query{
			{`max by (job) (go_goroutines{job=~"$job"})`, "{{job}}"}}},
		{Title: "Builds at work", Kind: Table, Help: "Replicas by build; two of one service only during an update.", Queries: []Query{
			{`count by (service, version, revision, go) (w2w_build_info{job=~"$job"})`, ""}}},
		{Title: "Versions of the schemas", Kind: Table, Help: "What the database has; the newest that a binary knows is w2w_schema_known_version.", Queries: []Query{
			{`max by (job, set) (w2w_schema_version{job=~"$job"})`, ""}}},
	}
}
