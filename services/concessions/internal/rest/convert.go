package rest

import (
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/services/concessions/internal/domain"
	"w2w/services/concessions/internal/rest/api"
	"w2w/services/concessions/internal/store"
)

func employerIn(e api.Employer) domain.Employer {
	return domain.Employer{TaxCode: e.TaxCode, Name: e.Name, Employees: int(e.Employees), CompanyType: string(e.CompanyType),
		ATECOSection: e.AtecoSection, INPSMatricola: e.InpsMatricola, CCNL: httpx.Or(e.Ccnl),
		Units: httpx.Each(e.Units, func(u api.Unit) domain.Unit { return domain.Unit{Province: u.Province, Comune: httpx.Or(u.Comune)} })}
}

func employerOut(e domain.Employer) api.Employer {
	return api.Employer{TaxCode: e.TaxCode, Name: e.Name, Employees: int32(e.Employees), CompanyType: api.CompanyType(e.CompanyType),
		AtecoSection: e.ATECOSection, InpsMatricola: e.INPSMatricola, Ccnl: httpx.Optional(e.CCNL),
		Units: httpx.Each(e.Units, func(u domain.Unit) api.Unit { return api.Unit{Province: u.Province, Comune: httpx.Optional(u.Comune)} })}
}

// filingIn takes an application as it is sent; the rest of it comes with its list.
func filingIn(n api.NewApplication) (store.Filing, error) {
	f, err := correctionIn(api.ApplicationData{ApplicationRef: n.ApplicationRef, Employer: n.Employer, EmployerId: n.EmployerId, Instrument: n.Instrument,
		ConcessionType: n.ConcessionType, PeriodFrom: n.PeriodFrom, PeriodTo: n.PeriodTo, AgreementDate: n.AgreementDate, Insolvency: n.Insolvency,
		PreviousApplicationId: n.PreviousApplicationId})
	if err != nil {
		return f, err
	}
	f.FiledOn, f.Submit = n.FiledOn, n.Submit
	f.Rows, err = entriesIn(n.Workers, "/workers")
	return f, err
}

// correctionIn takes the data of a draft.
func correctionIn(n api.ApplicationData) (f store.Filing, err error) {
	a := domain.Application{Ref: n.ApplicationRef, AgreementDate: n.AgreementDate, Insolvency: httpx.Or(n.Insolvency), LinkedID: n.PreviousApplicationId}
	a.Period.From, a.Period.To = n.PeriodFrom, n.PeriodTo
	if n.Employer != nil {
		a.Employer = employerIn(*n.Employer)
	}
	if a.Instrument, err = domain.ParseInstrument(string(n.Instrument)); err != nil {
		return f, err
	}
	a.ConcessionType, err = domain.ParseConcessionType(string(n.ConcessionType))
	return store.Filing{Application: a, EmployerID: n.EmployerId}, err
}

func workerIn(w api.NewWorker) domain.Worker {
	return domain.Worker{TaxCode: w.TaxCode, FamilyName: w.FamilyName, GivenName: w.GivenName, Qualification: w.Qualification,
		Contract: w.Contract, WeeklyHours: w.WeeklyHours, HiredOn: w.HiredOn, MonthlyGrossPayCents: w.MonthlyGrossPayCents,
		HoursRequested: w.HoursRequested, PriorHoursUsed: w.PriorHoursUsed, DID: w.Did}
}

// entriesIn takes a list of JSON; pointer is where it stands in the body.
func entriesIn(list []api.NewWorker, pointer string) ([]domain.Entry, error) {
	out := make([]domain.Entry, len(list))
	for i, w := range list {
		read := workerIn(w)
		out[i] = domain.Entry{Row: int(httpx.Or(w.Row)), Line: i + 1, Worker: &read}
	}
	return out, domain.OnceEach(out, pointer)
}

func applicationOut(a domain.Application) api.Application {
	return api.Application{Id: a.ID, Administration: a.Administration, ApplicationRef: a.Ref, Employer: employerOut(a.Employer),
		Instrument: api.Instrument(a.Instrument), ConcessionType: api.ConcessionType(a.ConcessionType), PeriodFrom: a.Period.From,
		PeriodTo: a.Period.To, AgreementDate: a.AgreementDate, FiledOn: a.FiledOn, Insolvency: a.Insolvency, State: api.State(a.State),
		Version: int32(a.Version), Verdict: httpx.Optional(api.Verdict(a.Verdict)), Codes: httpx.Each(a.Codes, appCodeOut),
		AcceptedWorkers: int32(a.Accepted), RejectedWorkers: int32(a.Rejected), UnreadWorkers: int32(a.Unread), EstimateCents: a.EstimateCents,
		SuspendedDays: int32(a.SuspendedDays), NotifiedOn: a.NotifiedOn, LinkedApplicationId: a.LinkedID, TransferredTo: httpx.Optional(a.TransferredTo),
		CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt}
}

func appCodeOut(c domain.AppCode) api.Code { return codeOut(string(c), c.Reason()) }

func rowCodeOut(c domain.RowCode) api.Code { return codeOut(string(c), c.Reason()) }

func codeOut(code string, r domain.Reason) api.Code {
	return api.Code{Code: code, Field: r.Field, Text: textOut(r.Text)}
}

func textOut(t fault.Text) api.Text { return api.Text{It: t.IT, En: t.EN} }

func rowOut(w domain.Worker) api.JudgedRow {
	verdict := api.JudgedRowVerdictACCEPTED
	if !w.Accepted() {
		verdict = api.JudgedRowVerdictREJECTED
	}
	return api.JudgedRow{Row: int32(w.Row), Verdict: verdict, Codes: httpx.Each(w.Codes, rowCodeOut), EstimateCents: w.EstimateCents}
}

func workerOut(w domain.Worker) api.Worker {
	r := rowOut(w)
	return api.Worker{Row: r.Row, Verdict: api.WorkerVerdict(r.Verdict), Codes: r.Codes, EstimateCents: r.EstimateCents,
		TaxCode: w.TaxCode, FamilyName: w.FamilyName, GivenName: w.GivenName, Qualification: w.Qualification, Contract: w.Contract,
		WeeklyHours: w.WeeklyHours, HiredOn: w.HiredOn, MonthlyGrossPayCents: w.MonthlyGrossPayCents, HoursRequested: w.HoursRequested,
		PriorHoursUsed: w.PriorHoursUsed, Did: w.DID}
}
