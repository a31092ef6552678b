package rest

import (
	"fmt"

	"w2w/pkg/money"
	"w2w/pkg/paper"
	"w2w/services/lsu/internal/rest/api"
)

func compositionTable(f api.ReportLine) paper.Table {
	t := paper.Table{Columns: []paper.Column{{Name: "Ripartizione", Width: 46}, {Name: "Voce"}, {Name: "Lavoratori", Width: 28, Right: true}, {Name: "Quota", Width: 24, Right: true}},
		Totals: []string{"", "In bacino a fine mese", workers(f.AtEnd), percent(1, 1)}}
	add := func(group, item string, n int32) {
		t.Rows = append(t.Rows, paper.Row{Cells: []string{group, item, workers(n), percent(int64(n), int64(f.AtEnd))}})
	}
	add("Stato", "attivi", f.ActiveAtEnd)
	add("", "sospesi", f.SuspendedAtEnd)
	add("Genere", "donne", f.AtEndF)
	add("", "uomini", f.AtEndM)
	group := "Età a fine mese"
	for _, a := range f.Ages {
		add(group, ageWords(a), a.Workers)
		group = ""
	}
	return t
}

func ageWords(a api.AgeCount) string {
	switch {
	case a.ToAge == nil && a.FromAge == 0:
		return "tutte le età"
	case a.ToAge == nil:
		return fmt.Sprintf("%d anni e oltre", a.FromAge)
	case a.FromAge == 0:
		return fmt.Sprintf("fino a %d anni", *a.ToAge)
	}
	return fmt.Sprintf("da %d a %d anni", a.FromAge, *a.ToAge)
}

func moneyTable(f api.ReportLine) paper.Table {
	row := func(item string, month, year string) paper.Row { return paper.Row{Cells: []string{item, month, year}} }
	t := paper.Table{Columns: []paper.Column{{Name: "Importi in euro"}, {Name: "Mese", Width: 38, Right: true}, {Name: "Da gennaio", Width: 38, Right: true}}}
	t.Rows = []paper.Row{
		row("Assegno dovuto", money.Italian(f.AsuDueCents), money.Italian(f.YearDueCents)),
		row("Pagato dall'INPS, come comunicato", money.Italian(f.PaidCents), money.Italian(f.YearPaidCents)),
		row("Pagato meno dovuto", money.Italian(f.PaidCents-f.AsuDueCents), money.Italian(f.YearPaidCents-f.YearDueCents)),
		row("Fondi della convenzione", "", money.Italian(f.FundsCents)),
	}
	t.Totals = []string{"Residuo della convenzione: fondi meno assegno dovuto", "", money.Italian(f.ConventionResidualCents)}
	return t
}

func comparisonTable(r api.Report) paper.Table {
	f := r.Figures
	t := paper.Table{Columns: []paper.Column{{Name: "Mese"}, {Name: "In bacino a fine mese", Width: 26, Right: true}, {Name: "Variazione da allora", Width: 26, Right: true},
		{Name: "Usciti", Width: 18, Right: true}, {Name: "Assegno dovuto (€)", Width: 34, Right: true}, {Name: "Variazione da allora (€)", Width: 37, Right: true}}}
	t.Rows = []paper.Row{{Strong: true, Cells: []string{f.Month.Italian(), workers(f.AtEnd), "", workers(left(f)), money.Italian(f.AsuDueCents), ""}}}
	for _, c := range []*api.Comparison{r.MonthBefore, r.YearBefore} {
		if c != nil {
			t.Rows = append(t.Rows, paper.Row{Cells: []string{c.Month.Italian(), workers(c.AtEnd), signed(int64(c.AtEndChange)), workers(c.Exits),
				money.Italian(c.AsuDueCents), signedEuro(c.AsuDueChangeCents)}})
		}
	}
	return t
}

func signedEuro(cents int64) string {
	if cents > 0 {
		return "+" + money.Italian(cents)
	}
	return money.Italian(cents)
}

func entityTable(list []api.EntityLine) paper.Table {
	t := paper.Table{Columns: []paper.Column{{Name: "Codice", Width: 15}, {Name: "Ente utilizzatore"}, {Name: "Inizio mese", Width: 13, Right: true},
		{Name: "Usciti", Width: 13, Right: true}, {Name: "Arrivati da altri enti", Width: 15.5, Right: true}, {Name: "Passati ad altri enti", Width: 15.5, Right: true},
		{Name: "Attivi", Width: 12, Right: true}, {Name: "Sospesi", Width: 15, Right: true}, {Name: "Fine mese", Width: 12, Right: true},
		{Name: "Dovuto (€)", Width: 24, Right: true}}, None: "Nessun ente utilizzatore.", Closing: 10}
	var sum api.EntityLine
	for _, e := range list {
		t.Rows = append(t.Rows, paper.Row{Cells: entityCells(e)})
		sum.AtStart, sum.Exits, sum.TransferredIn, sum.TransferredOut = sum.AtStart+e.AtStart, sum.Exits+e.Exits, sum.TransferredIn+e.TransferredIn, sum.TransferredOut+e.TransferredOut
		sum.ActiveAtEnd, sum.SuspendedAtEnd, sum.AtEnd, sum.AsuDueCents = sum.ActiveAtEnd+e.ActiveAtEnd, sum.SuspendedAtEnd+e.SuspendedAtEnd, sum.AtEnd+e.AtEnd, sum.AsuDueCents+e.AsuDueCents
	}
	sum.Name = fmt.Sprintf("Totale degli enti: %s", money.Count(int64(len(list))))
	t.Totals = entityCells(sum)
	return t
}

func entityCells(e api.EntityLine) []string {
	return []string{e.EntityRef, e.Name, workers(e.AtStart), workers(e.Exits), workers(e.TransferredIn), workers(e.TransferredOut), workers(e.ActiveAtEnd),
		workers(e.SuspendedAtEnd), workers(e.AtEnd), money.Italian(e.AsuDueCents)}
}

// eventWords are the events as people read them.
var eventWords = map[api.MovementEvent]string{api.SUSPEND: "sospensione", api.RESUME: "ripresa", api.EXIT: "uscita", api.TRANSFER: "trasferimento",
	api.CHANGEHOURS: "variazione di orario"}

func correctionTable(list []api.Correction) paper.Table {
	t := paper.Table{Columns: []paper.Column{{Name: "Movimento"}, {Name: "Evento", Width: 34}, {Name: "Decorrenza", Width: 22}, {Name: "Ricevuto il", Width: 22},
		{Name: "Appreso con il mese", Width: 34}, {Name: "Effetto (€)", Width: 28, Right: true}}, None: "Nessuna rettifica."}
	sum := int64(0)
	for _, c := range list {
		sum += c.EffectCents
		t.Rows = append(t.Rows, paper.Row{Cells: []string{c.MovementRef, eventWords[c.Event], c.EffectiveOn.ItalianShort(), c.ReceivedOn.ItalianShort(),
			c.MonthLearned.Italian(), signedEuro(c.EffectCents)}})
	}
	if len(list) > 0 {
		t.Totals = []string{fmt.Sprintf("Totale delle rettifiche: %s", money.Count(int64(len(list)))), "", "", "", "", signedEuro(sum)}
	}
	return t
}

func correctionsTitle(f api.ReportLine) string {
	if f.KnownOn != nil {
		return "Rettifiche con effetto dal mese"
	}
	return "Rettifiche apprese nel mese"
}

// reportNotes say by which rules the figures are counted.
func reportNotes(r api.Report) paper.Notes {
	notes := paper.Notes{
		"Il bacino è quello dell'art. 2 del d.lgs. 81/2000, chiuso e senza nuovi ingressi, a carico del Fondo nazionale per l'occupazione (art. 78, commi 2 e 3, L. 388/2000). " +
			"A inizio mese è in bacino chi lo era alla fine del mese precedente nella stessa vista; inizio mese meno usciti dà fine mese.",
		"Assegno dovuto: per ogni lavoratore l'assegno mensile per i giorni retribuiti diviso i giorni di calendario del mese, arrotondato al centesimo una volta sola. " +
			"Il giorno della sospensione non è retribuito, quello della ripresa sì; il giorno dell'uscita di un lavoratore attivo è l'ultimo retribuito " +
			"(d.lgs. 468/1997, art. 8; d.lgs. 81/2000, artt. 4 e 5). Gli assegni per il nucleo familiare non sono compresi.",
		"Età: anni compiuti nell'ultimo giorno del mese. Causa di uscita: quella comunicata dalla Regione.",
		"I mesi chiusi non cambiano e nulla si recupera nei mesi successivi. Una rettifica è un movimento ricevuto dopo la data di chiusura del mese da cui decorre: " +
			"lo apprende il primo mese la cui data di chiusura non precede la ricezione, e il suo effetto è la differenza sull'assegno dovuto per i mesi chiusi senza conoscerlo.",
	}
	if r.Figures.KnownOn == nil {
		notes = append(notes, fmt.Sprintf("Vista «alla chiusura»: contano i movimenti ricevuti entro la data di chiusura di ciascun mese (per questo mese: %s).", r.ClosesOn.Italian()))
	} else {
		notes = append(notes, fmt.Sprintf("Vista «come noto»: contano, per ogni mese, i movimenti e i pagamenti ricevuti fino al giorno %s; la convenzione è quella risultante a quel giorno.",
			r.Figures.KnownOn.Italian()))
	}
	return append(notes, "Il documento non riporta dati di persone. È generato dai soli dati del report: lo stesso report dà sempre lo stesso documento, e l'impronta lo lega ai dati.")
}
