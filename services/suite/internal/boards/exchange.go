package boards

// exchange answers: does what the parties send each other arrive, are the records of it kept, and are the keys good.
func exchange() Board {
	return Board{Name: "exchange", Title: "w2w: exchange", Variables: []Variable{jobs,
		{"administration", "Administration", "w2w_concessions_applications", "administration"},
	}, Panels: append(parties(), records()...)}
}

func parties() []Panel {
	return []Panel{
		{Title: "Oldest application without an answer of INPS", Unit: "s", Limit: 864000, Help: "0 when none waits.", Queries: []Query{
			{`max by (job) (w2w_concessions_inps_oldest_unanswered_seconds{job=~"$job"})`, "waiting"}}},
		{Title: "Applications at INPS", Help: "Sent and not answered, by administration.", Queries: []Query{
			{`max by (administration) (w2w_concessions_applications{state="TRASMESSA_INPS",administration=~"$administration"})`, "{{administration}}"}}},
		{Title: "Calls of INPS", Unit: "reqps", Help: "Transmissions, receipts, authorisations and payments by route and status.", Queries: []Query{
			{`sum by (route, status) (rate(w2w_http_request_seconds_count{job=~"$job",service="concessions",route=~".*/inps/.*|.*/transmissions.*"}[$__rate_interval])) > 0`, "{{route}} {{status}}"}}},
		{Title: "Tokens", Unit: "reqps", Help: "Answers of the token endpoint by status.", Queries: []Query{
			{`sum by (status) (rate(w2w_http_request_seconds_count{job=~"$job",route="/oauth2/token"}[$__rate_interval]))`, "{{status}}"}}},
		{Title: "Refused at the gateway", Unit: "reqps", Help: "401 no good token, 403 may not, 429 over its limit.", Queries: []Query{
			{`sum by (status) (rate(w2w_http_request_seconds_count{job=~"$job",service="gateway",status=~"401|403|429"}[$__rate_interval]))`, "{{status}}"}}},
		{Title: "Months of the pool that are missing", Limit: 5, Help: "Days since the closing date of the oldest month that is not closed, by Region.", Queries: []Query{
			{`max by (region) (w2w_lsu_oldest_missing_month_days{region=~"$administration"})`, "{{region}}"}}},
	}
}

func records() []Panel {
	return []Panel{
		{Title: "Events held back", Unit: "s", Limit: 60, Help: "Age of the oldest event that a running transaction keeps from being served.", Queries: []Query{
			{`max by (job) (w2w_feed_outbox_age_seconds{job=~"$job"})`, "{{job}}"}}},
		{Title: "Followers behind", Unit: "s", Limit: 300, Help: "Age of the oldest event that waits; 1 on the second line: the follower stopped.", Queries: []Query{
			{`max by (follower) (w2w_feed_follower_lag_seconds{job=~"$job"})`, "{{follower}}"}, {`max by (follower) (w2w_feed_follower_stopped{job=~"$job"})`, "{{follower}} stopped"}}},
		{Title: "Audit records not chained yet", Unit: "s", Limit: 60, Help: "Age of the oldest.", Queries: []Query{
			{`max by (job) (w2w_audit_unsealed_age_seconds{job=~"$job"})`, "{{job}}"}}},
		{Title: "Decisions of the gateway that wait", Unit: "percentunit", Limit: .5, Help: "Of the room; without room, calls are refused.", Queries: []Query{
			{`max by (job) (w2w_gateway_decisions_waiting{job=~"$job"} / w2w_gateway_decisions_room{job=~"$job"})`, "{{job}}"}}},
		{Title: "Age of the keys", Unit: "s", Kind: Bars, Help: "Tokens and answers: to be turned after 90 days; audit: two years.", Queries: []Query{
			{`time() - min by (job, use, state) (w2w_key_made_timestamp_seconds{job=~"$job"})`, "{{job}} {{use}} {{state}}"}}},
		{Title: "Key sets and certificates", Unit: "s", Kind: Bars, Help: "For how long a key set could not be fetched; for how long PostgreSQL's certificate is still good.", Queries: []Query{
			{`max by (job, of) (w2w_key_set_failing_seconds{job=~"$job"})`, "{{job}} {{of}}"},
			{`min by (service) (w2w_database_certificate_expires_timestamp_seconds{job=~"$job"}) - time()`, "{{service}} certificate"}}},
	}
}
