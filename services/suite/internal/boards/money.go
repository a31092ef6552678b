package boards

const ofPlafond = `{administration=~"$administration",year=~"$year"}`

// money answers: where the plafonds stand, when they end, and what becomes of applications and of the pool. Replicas
// of one service show the same, and are counted once.
func money() Board {
	return Board{Name: "money", Title: "w2w: money", Variables: []Variable{
		{"administration", "Administration", "w2w_plafond_assigned_cents", "administration"}, {"year", "Year", "w2w_plafond_assigned_cents", "year"},
	}, Panels: []Panel{
		{Title: "Plafonds: what was assigned", Unit: "currencyEUR", Stacked: true, Help: "Euro that can be committed, are committed, and were spent, of the chosen administrations and years.", Queries: []Query{
			{plafonds("spent"), "spent"}, {plafonds("committed"), "committed"}, {plafonds("available"), "available"}}},
		{Title: "Used of each plafond", Unit: "percentunit", Limit: .9, Kind: Bars, Help: "Committed and spent, of what was assigned. Red from 90 %.", Queries: []Query{
			{`sort_desc(1 - plafond:w2w_plafond_left:ratio` + ofPlafond + `)`, "{{administration}} {{family}} {{year}}"}}},
		{Title: "Days until a plafond is empty", Kind: Bars, Help: "If commitments go on as in the last 90 days; those whose end is not in sight are absent.", Queries: []Query{
			{`sort(min by (administration, year, fund, family) (w2w_plafond_exhaustion_days` + ofPlafond + `))`, "{{administration}} {{family}} {{year}}"}}},
		{Title: "Available by administration", Unit: "currencyEUR", Help: "Euro that can still be committed.", Queries: []Query{
			{`sum by (administration) (max by (administration, year, fund, family) (w2w_plafond_available_cents` + ofPlafond + `)) / 100`, "{{administration}}"}}},
		{Title: "Applications by state", Stacked: true, Help: "Of the chosen administrations.", Queries: []Query{
			{`sum by (state) (max by (administration, state) (w2w_concessions_applications{administration=~"$administration"}))`, "{{state}}"}}},
		{Title: "Applications that wait for money", Help: "Admitted and not committed, by administration.", Queries: []Query{
			{`max by (administration) (w2w_concessions_applications{administration=~"$administration",state="ACCOLTA"})`, "{{administration}}"}}},
		{Title: "Workers of the pool by state", Stacked: true, Help: "Of the chosen Regions.", Queries: []Query{
			{`sum by (state) (max by (region, state) (w2w_lsu_workers{region=~"$administration"}))`, "{{state}}"}}},
		{Title: "Movements of the pool that were learned late", Help: "Received after the closing of the month in which they take effect.", Queries: []Query{
			{`max by (region) (w2w_lsu_corrections{region=~"$administration"})`, "{{region}}"}}},
	}}
}

func plafonds(bucket string) string {
	return `sum(max by (administration, year, fund, family) (w2w_plafond_` + bucket + `_cents` + ofPlafond + `)) / 100`
}
