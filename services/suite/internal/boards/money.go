package boards

const (
	ofPlafond = `{administration=~"$administration",year=~"$year",family=~"$family"}`
	account   = `(administration, family, year, fund) `
)

// money answers: where the plafonds stand, when they end, and what becomes of applications and of the pool. Replicas
// of one service show the same, and are counted once.
func money() Board {
	return Board{Name: "money", Title: "w2w: money", Variables: []Variable{
		{Name: "administration", Title: "Administration", Metric: "w2w_plafond_assigned_cents", Label: "administration"},
		{Name: "year", Title: "Year", Metric: "w2w_plafond_assigned_cents", Label: "year", Newest: true},
		{Name: "family", Title: "Instruments", Metric: "w2w_plafond_assigned_cents", Label: "family"},
	}, Panels: append(plafonds(), becoming()...)}
}

func plafonds() []Panel {
	return []Panel{
		{Title: "Plafonds", Kind: Table, Unit: "percentunit", Limit: .9, Wide: true, Help: "Also the conventions of the pool (LSU). Red from 90 %. Empty in so many days if commitments go on as in the last 90 days, where that is in sight.", Queries: []Query{
			{Expr: `1 - plafond:w2w_plafond_left:ratio` + ofPlafond, Legend: "used", Unit: "percentunit"},
			{Expr: `min by ` + account + `(w2w_plafond_exhaustion_days` + ofPlafond + `)`, Legend: "empty in", Unit: "suffix:days"},
			{Expr: euro("assigned"), Legend: "assigned", Unit: "currencyEUR"}, {Expr: euro("spent"), Legend: "spent", Unit: "currencyEUR"},
			{Expr: euro("committed"), Legend: "committed", Unit: "currencyEUR"}, {Expr: euro("available"), Legend: "available", Unit: "currencyEUR"}}},
		{Title: "What was assigned", Unit: "currencyEUR", Stacked: true, Help: "Euro that were spent, are committed, and can be committed.", Queries: []Query{
			{Expr: `sum(` + euro("spent") + `)`, Legend: "spent"}, {Expr: `sum(` + euro("committed") + `)`, Legend: "committed"}, {Expr: `sum(` + euro("available") + `)`, Legend: "available"}}},
		{Title: "Plafonds that end first", Unit: "suffix:days", Least: 31, Kind: Bars, Empty: "no end is in sight", Help: "Days until they are empty, if commitments go on as in the last 90 days. Red up to 30.", Queries: []Query{
			{Expr: `sort(bottomk(12, min by ` + account + `(w2w_plafond_exhaustion_days` + ofPlafond + `)))`, Legend: "{{administration}} {{family}} {{year}}"}}},
	}
}

// euro is what each plafond has in a bucket.
func euro(bucket string) string {
	return `max by ` + account + `(w2w_plafond_` + bucket + `_cents` + ofPlafond + `) / 100`
}

func becoming() []Panel {
	return []Panel{
		{Title: "Applications by state", Stacked: true, Help: "Of the chosen administrations.", Queries: []Query{
			{Expr: `sum by (state) (max by (administration, state) (w2w_concessions_applications{administration=~"$administration"}))`, Legend: "{{state}}"}}},
		{Title: "Applications that wait for money", Kind: Bars, Empty: "none", Help: "Admitted and not committed, by administration.", Queries: []Query{
			{Expr: `sort_desc(max by (administration) (w2w_concessions_applications{administration=~"$administration",state="ACCOLTA"}))`, Legend: "{{administration}}"}}},
		{Title: "Workers of the pool by state", Stacked: true, Help: "Of the chosen Regions.", Queries: []Query{
			{Expr: `sum by (state) (max by (region, state) (w2w_lsu_workers{region=~"$administration"}))`, Legend: "{{state}}"}}},
		{Title: "Movements of the pool that were learned late", Empty: "none", Help: "Received after the closing of the month in which they take effect.", Queries: []Query{
			{Expr: `max by (region) (w2w_lsu_corrections{region=~"$administration"})`, Legend: "{{region}}"}}},
	}
}
