package rest

import (
	"fmt"
	"strconv"
	"time"

	"w2w/pkg/httpx"
	"w2w/pkg/money"
	"w2w/pkg/period"
	"w2w/services/concessions/internal/rest/api"
)

// The words of the codes on paper.
var (
	instrumentWords = map[api.Instrument]string{api.InstrumentCIGDEROGA: "CIG in deroga", api.InstrumentCIGSDEROGA: "CIGS in deroga", api.InstrumentMOBILITADEROGA: "Mobilità in deroga"}
	typeWords       = map[api.ConcessionType]string{api.ICONCESSIONE: "I concessione", api.IPROROGA: "I proroga", api.IIPROROGA: "II proroga",
		api.PROROGASUCCESSIVA: "proroga successiva"}
	endedWords = map[string]string{"REVOCA": "REVOCATA", "ANNULLA": "ANNULLATA"}
	months     = [...]string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"}
)

const subjectOfDecrees = "Concessione di ammortizzatori sociali in deroga"

// longDate is 5 maggio 2010, shortDate 05/05/2010.
func longDate(d period.Date) string {
	t := d.Time()
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = "1º"
	}
	return fmt.Sprintf("%s %s %d", day, months[t.Month()-1], t.Year())
}

func shortDate(d period.Date) string { return d.Time().Format("02/01/2006") }

func euro(cents int64) string { return "€ " + money.Italian(cents) }

func count(n int64) string { return money.Thousands(uint64(n)) }

// office is the name of an administration as it heads its acts.
func (s *Server) office(code string) string {
	a, ok := s.places.Administration(code)
	switch {
	case !ok:
		return code
	case a.Kind == "REGIONE":
		return "Regione " + a.Name
	}
	return a.Name
}

// facts leaves out those that have no value.
func facts(pairs ...[2]string) (out [][2]string) {
	for _, p := range pairs {
		if p[1] != "" {
			out = append(out, p)
		}
	}
	return out
}

func dateOr(d *period.Date) string {
	if d == nil {
		return ""
	}
	return longDate(*d)
}

// decreePaper says what the decree's JSON says.
func (s *Server) decreePaper(d api.Decree, made time.Time) paper {
	ended := ""
	if d.EndedCount > 0 {
		ended = fmt.Sprintf("%d, per %s: in grigio nella tabella", d.EndedCount, euro(d.EndedCents))
	}
	p := paper{office: s.office(d.Administration), title: fmt.Sprintf("Decreto n. %s del %s", d.Number, longDate(d.DecreeDate)), subject: subjectOfDecrees,
		facts: facts([2]string{"Decreto di finanziamento", httpx.Or(d.FinancingDecree)}, [2]string{"Codice intervento", httpx.Or(d.InterventionCode)},
			[2]string{"Istanze", fmt.Sprintf("%s, per %s lavoratori e %s ore", count(int64(d.ApplicationCount)), count(d.Workers), count(d.Hours))},
			[2]string{"Importo concesso", fmt.Sprintf("%s, di cui %s di quota statale e %s di quota regionale", euro(d.CommittedCents), euro(d.StateCents), euro(d.RegionalCents))},
			[2]string{"Istanze revocate o annullate", ended}, [2]string{"Pubblicato il", dateOr(d.PublishedOn)}, [2]string{"Atto di pubblicazione", httpx.Or(d.PublicationAct)}),
		columns: []paperColumn{{"N.", 11, true}, {"Istanza", 32, false}, {"Datore di lavoro", 67, false}, {"Strumento", 36, false}, {"Periodo", 22, false},
			{"Lavoratori", 19, true}, {"Ore", 15, true}, {"Stato (€)", 23, true}, {"Regione (€)", 23, true}, {"Totale (€)", 25, true}},
		totals: []string{"", "Totale", "", "", "", count(d.Workers), count(d.Hours), money.Italian(d.StateCents), money.Italian(d.RegionalCents), money.Italian(d.CommittedCents)},
		notes:  []string{"I lavoratori sono indicati nei soli dati trasmessi all'INPS: questo documento non ne riporta."},
		annex:  httpx.Or(d.Annex), signatory: d.Signatory, mark: "Impronta del contenuto (SHA-256 del JSON canonico, RFC 8785): " + d.ContentSha256, made: made}
	if d.FinancingDecree != nil {
		p.premises = append(p.premises, "Visto il decreto di finanziamento n. "+*d.FinancingDecree+";")
	}
	p.premises = append(p.premises, "viste le istanze elencate, istruite ed accolte;",
		fmt.Sprintf("considerato che gli importi sono impegnati sul plafond dell'anno %d, per la quota statale e per la quota regionale indicate;", d.DecreeDate.Year()),
		"si decreta la concessione dei trattamenti ai datori di lavoro elencati, per i periodi, le ore e gli importi indicati.")
	for i, a := range d.Applications {
		p.rows = append(p.rows, decreedRow(i+1, a))
	}
	return p
}

func decreedRow(n int, a api.DecreedApplication) paperRow {
	ref := a.ApplicationRef
	if a.Ended != nil {
		ref += "\n" + endedWords[string(*a.Ended)]
	}
	return paperRow{ended: a.Ended != nil, cells: []string{count(int64(n)), ref, a.EmployerName + "\n" + a.EmployerTaxCode,
		instrumentWords[a.Instrument] + "\n" + typeWords[a.ConcessionType], shortDate(a.PeriodFrom) + "\n" + shortDate(a.PeriodTo), count(int64(a.Workers)), count(a.Hours),
		money.Italian(a.StateCents), money.Italian(a.RegionalCents), money.Italian(a.CommittedCents)}}
}

// publicationPaper is the public annex.
func (s *Server) publicationPaper(d api.Publication, made time.Time) paper {
	unlisted := ""
	if d.UnlistedCount > 0 {
		unlisted = fmt.Sprintf("%d, fino a %s nell'anno, per %s", d.UnlistedCount, euro(d.ThresholdCents), euro(d.UnlistedCents))
	}
	p := paper{office: s.office(d.Administration), title: fmt.Sprintf("Decreto n. %s del %s", d.Number, longDate(d.DecreeDate)),
		subject: subjectOfDecrees + ": elenco pubblico dei datori di lavoro",
		facts: facts([2]string{"Decreto di finanziamento", httpx.Or(d.FinancingDecree)}, [2]string{"Codice intervento", httpx.Or(d.InterventionCode)},
			[2]string{"Pubblicato il", dateOr(d.PublishedOn)}, [2]string{"Atto di pubblicazione", httpx.Or(d.PublicationAct)}, [2]string{"Concessioni non elencate", unlisted},
			[2]string{"Norma", d.LegalRef}),
		columns: []paperColumn{{"N.", 12, true}, {"Datore di lavoro", 105, false}, {"Codice fiscale", 32, false}, {"Strumento", 43, false},
			{"Stato (€)", 26, true}, {"Regione (€)", 26, true}, {"Totale (€)", 29, true}},
		totals: []string{"", "Totale del decreto", "", "", money.Italian(d.StateCents), money.Italian(d.RegionalCents), money.Italian(d.CommittedCents)},
		notes: []string{"I datori di lavoro che possono essere persone fisiche non sono nominati (d.lgs. 33/2013, art. 26, c. 4). " +
			"L'elenco non riporta dati dei lavoratori."},
		signatory: d.Signatory, mark: "Elenco per la pubblicazione", made: made}
	for i, a := range d.Items {
		p.rows = append(p.rows, publishedRow(i+1, a))
	}
	return p
}

func publishedRow(n int, a api.PublishedGrant) paperRow {
	name := httpx.Or(a.EmployerName)
	if !a.Named {
		name = "(non nominato)"
	}
	if a.Ended != nil {
		name += "\n" + endedWords[string(*a.Ended)]
	}
	return paperRow{ended: a.Ended != nil, cells: []string{count(int64(n)), name, httpx.Or(a.EmployerTaxCode), instrumentWords[a.Instrument],
		money.Italian(a.StateCents), money.Italian(a.RegionalCents), money.Italian(a.CommittedCents)}}
}
