package rest

import (
	"fmt"
	"time"

	"w2w/pkg/httpx"
	"w2w/pkg/money"
	"w2w/pkg/paper"
	"w2w/pkg/period"
	"w2w/services/concessions/internal/rest/api"
)

// The words of the codes on paper.
var (
	instrumentWords = map[api.Instrument]string{api.InstrumentCIGDEROGA: "CIG in deroga", api.InstrumentCIGSDEROGA: "CIGS in deroga", api.InstrumentMOBILITADEROGA: "Mobilità in deroga"}
	typeWords       = map[api.ConcessionType]string{api.ICONCESSIONE: "I concessione", api.IPROROGA: "I proroga", api.IIPROROGA: "II proroga",
		api.PROROGASUCCESSIVA: "proroga successiva"}
	endedWords = map[string]string{"REVOCA": "REVOCATA", "ANNULLA": "ANNULLATA"}
)

const subjectOfDecrees = "Concessione di ammortizzatori sociali in deroga"

func dateOr(d *period.Date) string {
	if d == nil {
		return ""
	}
	return d.Italian()
}

// closing is the room that totals, notes and the signature take: they stand on one page.
const closing = 42.0

// decreePaper says what the decree's JSON says.
func (s *Server) decreePaper(d api.Decree, made time.Time) paper.Document {
	rows := make([]paper.Row, len(d.Applications))
	for i, a := range d.Applications {
		rows[i] = decreedRow(i+1, a)
	}
	return paper.Document{Office: s.places.Office(d.Administration), Title: decreeTitle(d.Number, d.DecreeDate), Subject: subjectOfDecrees, Landscape: true,
		Mark: "Impronta del contenuto (SHA-256 del JSON canonico, RFC 8785): " + d.ContentSha256, Made: made,
		Blocks: []paper.Block{
			paper.Heading{}, decreeFacts(d), decreePremises(d),
			paper.Table{Columns: decreeColumns, Rows: rows, Closing: closing, Totals: []string{"", "Totale", "", "", "", money.Count(d.Workers), money.Count(d.Hours),
				money.Italian(d.StateCents), money.Italian(d.RegionalCents), money.Italian(d.CommittedCents)}},
			paper.Notes{"I lavoratori sono indicati nei soli dati trasmessi all'INPS: questo documento non ne riporta."},
			paper.Signature(d.Signatory), paper.Annex(httpx.Or(d.Annex)),
		}}
}

func decreeTitle(number string, on period.Date) string {
	return fmt.Sprintf("Decreto n. %s del %s", number, on.Italian())
}

var decreeColumns = []paper.Column{{Name: "N.", Width: 11, Right: true}, {Name: "Istanza", Width: 32}, {Name: "Datore di lavoro", Width: 67},
	{Name: "Strumento", Width: 36}, {Name: "Periodo", Width: 22}, {Name: "Lavoratori", Width: 19, Right: true}, {Name: "Ore", Width: 15, Right: true},
	{Name: "Stato (€)", Width: 23, Right: true}, {Name: "Regione (€)", Width: 23, Right: true}, {Name: "Totale (€)", Width: 25, Right: true}}

func decreeFacts(d api.Decree) paper.Facts {
	ended := ""
	if d.EndedCount > 0 {
		ended = fmt.Sprintf("%d, per %s: in grigio nella tabella", d.EndedCount, money.Euro(d.EndedCents))
	}
	return paper.Facts{{Label: "Decreto di finanziamento", Value: httpx.Or(d.FinancingDecree)}, {Label: "Codice intervento", Value: httpx.Or(d.InterventionCode)},
		{Label: "Istanze", Value: fmt.Sprintf("%s, per %s lavoratori e %s ore", money.Count(int64(d.ApplicationCount)), money.Count(d.Workers), money.Count(d.Hours))},
		{Label: "Importo concesso", Value: fmt.Sprintf("%s, di cui %s di quota statale e %s di quota regionale",
			money.Euro(d.CommittedCents), money.Euro(d.StateCents), money.Euro(d.RegionalCents))},
		{Label: "Istanze revocate o annullate", Value: ended}, {Label: "Pubblicato il", Value: dateOr(d.PublishedOn)},
		{Label: "Atto di pubblicazione", Value: httpx.Or(d.PublicationAct)}}
}

func decreePremises(d api.Decree) (out paper.Paragraphs) {
	if d.FinancingDecree != nil {
		out = append(out, "Visto il decreto di finanziamento n. "+*d.FinancingDecree+";")
	}
	return append(out, "viste le istanze elencate, istruite ed accolte;",
		fmt.Sprintf("considerato che gli importi sono impegnati sul plafond dell'anno %d, per la quota statale e per la quota regionale indicate;", d.DecreeDate.Year()),
		"si decreta la concessione dei trattamenti ai datori di lavoro elencati, per i periodi, le ore e gli importi indicati.")
}

func decreedRow(n int, a api.DecreedApplication) paper.Row {
	ref := a.ApplicationRef
	if a.Ended != nil {
		ref += "\n" + endedWords[string(*a.Ended)]
	}
	return paper.Row{Faint: a.Ended != nil, Cells: []string{money.Count(int64(n)), ref, a.EmployerName + "\n" + a.EmployerTaxCode,
		instrumentWords[a.Instrument] + "\n" + typeWords[a.ConcessionType], a.PeriodFrom.ItalianShort() + "\n" + a.PeriodTo.ItalianShort(), money.Count(int64(a.Workers)), money.Count(a.Hours),
		money.Italian(a.StateCents), money.Italian(a.RegionalCents), money.Italian(a.CommittedCents)}}
}

// publicationPaper is the public annex.
func (s *Server) publicationPaper(d api.Publication, made time.Time) paper.Document {
	rows := make([]paper.Row, len(d.Items))
	for i, a := range d.Items {
		rows[i] = publishedRow(i+1, a)
	}
	return paper.Document{Office: s.places.Office(d.Administration), Title: decreeTitle(d.Number, d.DecreeDate), Landscape: true,
		Subject: subjectOfDecrees + ": elenco pubblico dei datori di lavoro", Mark: "Elenco per la pubblicazione", Made: made,
		Blocks: []paper.Block{
			paper.Heading{}, publicationFacts(d), paper.Paragraphs{},
			paper.Table{Columns: publicationColumns, Rows: rows, Closing: closing, Totals: []string{"", "Totale del decreto", "", "",
				money.Italian(d.StateCents), money.Italian(d.RegionalCents), money.Italian(d.CommittedCents)}},
			paper.Notes{"I datori di lavoro che possono essere persone fisiche non sono nominati (d.lgs. 33/2013, art. 26, c. 4). " +
				"L'elenco non riporta dati dei lavoratori."},
			paper.Signature(d.Signatory),
		}}
}

var publicationColumns = []paper.Column{{Name: "N.", Width: 12, Right: true}, {Name: "Datore di lavoro", Width: 105}, {Name: "Codice fiscale", Width: 32},
	{Name: "Strumento", Width: 43}, {Name: "Stato (€)", Width: 26, Right: true}, {Name: "Regione (€)", Width: 26, Right: true}, {Name: "Totale (€)", Width: 29, Right: true}}

func publicationFacts(d api.Publication) paper.Facts {
	unlisted := ""
	if d.UnlistedCount > 0 {
		unlisted = fmt.Sprintf("%d, fino a %s nell'anno, per %s", d.UnlistedCount, money.Euro(d.ThresholdCents), money.Euro(d.UnlistedCents))
	}
	return paper.Facts{{Label: "Decreto di finanziamento", Value: httpx.Or(d.FinancingDecree)}, {Label: "Codice intervento", Value: httpx.Or(d.InterventionCode)},
		{Label: "Pubblicato il", Value: dateOr(d.PublishedOn)}, {Label: "Atto di pubblicazione", Value: httpx.Or(d.PublicationAct)},
		{Label: "Concessioni non elencate", Value: unlisted}, {Label: "Norma", Value: d.LegalRef}}
}

func publishedRow(n int, a api.PublishedGrant) paper.Row {
	name := httpx.Or(a.EmployerName)
	if !a.Named {
		name = "(non nominato)"
	}
	if a.Ended != nil {
		name += "\n" + endedWords[string(*a.Ended)]
	}
	return paper.Row{Faint: a.Ended != nil, Cells: []string{money.Count(int64(n)), name, httpx.Or(a.EmployerTaxCode), instrumentWords[a.Instrument],
		money.Italian(a.StateCents), money.Italian(a.RegionalCents), money.Italian(a.CommittedCents)}}
}
