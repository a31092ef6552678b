package boards

// exchange answers: does what the parties send each other arrive, are the records of it kept, and are the keys good.
func exchange() Board {
	return Board{Name: "exchange", Title: "w2w: exchange", Variables: []Variable{jobs,
		{Name: "administration", Title: "Administration", Metric: "w2w_concessions_applications", Label: "administration"},
	}, Panels: append(append(parties(), records()...), keys()...)}
}

func parties() []Panel {
	return []Panel{
		{Title: "Oldest application without an answer of INPS", Unit: "s", Limit: 864000, Help: "0 when none waits; red from ten days.", Queries: []Query{
			{Expr: `max by (job) (w2w_concessions_inps_oldest_unanswered_seconds{job=~"$job"})`, Legend: "waiting"}}},
		{Title: "Applications at INPS", Kind: Bars, Empty: "none", Help: "Sent and not answered, by administration.", Queries: []Query{
			{Expr: `sort_desc(max by (administration) (w2w_concessions_applications{state="TRASMESSA_INPS",administration=~"$administration"}))`, Legend: "{{administration}}"}}},
		{Title: "Calls of INPS", Unit: "reqps", Empty: "none", Help: "Transmissions, receipts, authorisations and payments, by the end of the route and status.", Queries: []Query{
			{Expr: `sum by (call, status) (label_replace(rate(w2w_http_request_seconds_count{job=~"$job",service="concessions",route=~".*/inps/.*|.*/transmissions"}[$__rate_interval]), "call", "$1", "route", ".*/([a-z]+)"))`, Legend: "{{call}} {{status}}"}}},
		{Title: "Reads of the feeds", Unit: "reqps", Empty: "none", Help: "By service and status. A reader who waits comes every eight seconds at least.", Queries: []Query{
			{Expr: `sum by (service, status) (rate(w2w_http_request_seconds_count{job=~"$job",service!="gateway",route=~".*/events"}[$__rate_interval]))`, Legend: "{{service}} {{status}}"}}},
		{Title: "Tokens", Unit: "reqps", Help: "Answers of the token endpoint by status.", Queries: []Query{
			{Expr: `sum by (status) (rate(w2w_http_request_seconds_count{job=~"$job",route="/oauth2/token"}[$__rate_interval]))`, Legend: "{{status}}"}}},
		{Title: "Refused at the gateway", Unit: "reqps", Empty: "none", Help: "401 no good token, 403 may not, 429 over its limit.", Queries: []Query{
			{Expr: `sum by (status) (rate(w2w_http_request_seconds_count{job=~"$job",service="gateway",status=~"401|403|429"}[$__rate_interval]))`, Legend: "{{status}}"}}},
		{Title: "Months of the pool that are not closed in time", Kind: Bars, Unit: "suffix:days", Limit: 5, Empty: "none", Help: "Days since the closing date of the oldest, by Region.", Queries: []Query{
			{Expr: `sort_desc(max by (region) (w2w_lsu_oldest_missing_month_days{region=~"$administration"}) > 0)`, Legend: "{{region}}"}}},
		{Title: "How many months of the pool are not closed in time", Empty: "none", Help: "By Region.", Queries: []Query{
			{Expr: `max by (region) (w2w_lsu_months_missing{region=~"$administration"})`, Legend: "{{region}}"}}},
		{Title: "Closed months of the pool that INPS has not paid", Empty: "none", Help: "Months of which no payment at all was reported, by Region.", Queries: []Query{
			{Expr: `max by (region) (w2w_lsu_months_unpaid{region=~"$administration"})`, Legend: "{{region}}"}}},
		{Title: "Paid less than was due to the pool", Unit: "currencyEUR", Kind: Bars, Empty: "no difference", Help: "For the newest month that INPS has reported, by Region; negative when it paid more. The list of differences names the workers.", Queries: []Query{
			{Expr: `sort_desc(max by (region) (w2w_lsu_difference_cents{region=~"$administration"}) != 0) / 100`, Legend: "{{region}}"}}},
	}
}

func records() []Panel {
	return []Panel{
		{Title: "Events held back", Unit: "s", Limit: 60, Help: "Age of the oldest event that a running transaction keeps from being served.", Queries: []Query{
			{Expr: `max by (job) (w2w_feed_outbox_age_seconds{job=~"$job"})`, Legend: "{{job}}"}}},
		{Title: "Followers behind", Unit: "s", Limit: 300, Empty: "no service here follows another one", Help: "Age of the oldest event that waits. One that stopped raises an alert.", Queries: []Query{
			{Expr: `max by (follower) (w2w_feed_follower_lag_seconds{job=~"$job"})`, Legend: "{{follower}}"}}},
		{Title: "Audit records not chained yet", Unit: "s", Limit: 60, Help: "Age of the oldest.", Queries: []Query{
			{Expr: `max by (job) (w2w_audit_unsealed_age_seconds{job=~"$job"})`, Legend: "{{job}}"}}},
		{Title: "Decisions of the gateway that wait", Unit: "percentunit", Limit: .5, Help: "Of the room; without room, calls are refused.", Queries: []Query{
			{Expr: `max by (job) (w2w_gateway_decisions_waiting{job=~"$job"} / w2w_gateway_decisions_room{job=~"$job"})`, Legend: "{{job}}"}}},
	}
}

func keys() []Panel {
	return []Panel{
		{Title: "Age of the keys that sign", Unit: "percentunit", Kind: Bars, Limit: 1, Help: "Of the 100 days that keys of tokens and answers may have, and the two years of audit keys.", Queries: []Query{
			{Expr: age(`use!="audit"`, "100"), Legend: "{{job}} {{use}}"}, {Expr: age(`use="audit"`, "730"), Legend: "{{job}} {{use}}"}}},
		{Title: "PostgreSQL's certificate", Unit: "suffix:days", Kind: Bars, Least: 14, Empty: "connections are not encrypted", Help: "For how long it is still good; red below two weeks.", Queries: []Query{
			{Expr: `(min by (service) (w2w_database_certificate_expires_timestamp_seconds{job=~"$job"}) - time()) / 86400`, Legend: "{{service}}"}}},
		{Title: "Key sets that could not be fetched", Unit: "s", Limit: 600, Wide: true, Help: "For how long; 0 when the last try was good.", Queries: []Query{
			{Expr: `max by (job, of) (w2w_key_set_failing_seconds{job=~"$job"})`, Legend: "{{job}} {{of}}"}}},
	}
}

func age(which, days string) string {
	return `(time() - min by (job, use) (w2w_key_made_timestamp_seconds{job=~"$job",state="active",` + which + `})) / (` + days + ` * 86400)`
}
