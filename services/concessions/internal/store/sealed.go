package store

import (
	"w2w/pkg/person"
	"w2w/services/concessions/internal/domain"
)

// The columns of sealed values. Documents are large, so few of them go into a transaction.
var (
	sealedWorkers   = person.Column{Table: "application_workers", Value: "person", ID: "application_id", Row: "row", Batch: 500}
	sealedUnread    = person.Column{Table: "unread_rows", Value: "sent", ID: "application_id", Row: "row", Batch: 500}
	sealedDocuments = person.Column{Table: "document_contents", Value: "content", ID: "document_id", Batch: 4}
)

// SealedColumns are all of them.
func SealedColumns() []person.Column {
	return []person.Column{sealedWorkers, sealedUnread, sealedDocuments}
}

// seal returns who a worker is, sealed for its row, and the key of the tax code.
func (d *Desk) seal(a *domain.Application, w domain.Worker) (sealed, key []byte, err error) {
	who := person.Person{TaxCode: w.TaxCode, FamilyName: w.FamilyName, GivenName: w.GivenName}
	if sealed, err = d.people.Seal(who, sealedWorkers.Place(a.Administration, a.ID, w.Row)); err != nil {
		return nil, nil, err
	}
	key, err = d.people.Key(w.TaxCode)
	return sealed, key, err
}

// unseal says who the worker of a row is.
func (d *Desk) unseal(sealed []byte, a *domain.Application, w *domain.Worker) error {
	who, err := d.people.Open(sealed, sealedWorkers.Place(a.Administration, a.ID, w.Row))
	w.TaxCode, w.FamilyName, w.GivenName = who.TaxCode, who.FamilyName, who.GivenName
	return err
}
