package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/feed"
	"w2w/pkg/page"
	"w2w/services/concessions/internal/domain"
)

// Document is a paper of an application: announced by its hash, then stored.
type Document struct {
	ID             uuid.UUID
	ApplicationID  uuid.UUID
	Administration string
	Kind           string
	Title          string
	SHA256         string
	MediaType      string
	Bytes          int64 // 0 until the content has come
	CreatedAt      time.Time
}

const documentColumns = `id, application_id, administration, kind, title, sha256, media_type,
	coalesce((select bytes from document_contents c where c.document_id = documents.id), 0), created_at`

func scanDocument(r pgx.Row) (x Document, err error) {
	err = r.Scan(&x.ID, &x.ApplicationID, &x.Administration, &x.Kind, &x.Title, &x.SHA256, &x.MediaType, &x.Bytes, &x.CreatedAt)
	return x, err
}

// AnnounceDocument notes a document of an application that is not at its end.
func (d *Desk) AnnounceDocument(tx *database.Tx, by auth.Identity, x Document) (Document, error) {
	a, err := lock(tx, x.ApplicationID)
	if err != nil {
		return x, err
	}
	if a.State.Final() {
		return x, fault.New(fault.StateConflict, "L'istanza è conclusa.", "The application is at its end.").With("state", string(a.State)).With("allowed", []domain.State{})
	}
	x.ID, x.Administration, x.CreatedAt = uuid.Must(uuid.NewV7()), a.Administration, d.clock()
	tx.Queue(`insert into documents (id, application_id, administration, kind, title, sha256, media_type, actor, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		x.ID, x.ApplicationID, x.Administration, x.Kind, x.Title, x.SHA256, x.MediaType, by.Actor, x.CreatedAt)
	subject := "document/" + x.ID.String()
	err = feed.Append(tx, feed.Event{Type: "it.w2w.concessions.document.announced.v1", Subject: subject, Administration: x.Administration,
		Data: map[string]any{"application_id": x.ApplicationID, "kind": x.Kind, "sha256": x.SHA256}})
	if err != nil {
		return x, err
	}
	return x, audit.Append(tx, audit.Record{Action: "document.announce", Subject: subject, Administration: x.Administration, By: by})
}

func documentFor(tx *database.Tx, id uuid.UUID, lock string) (x Document, err error) {
	tx.Queue("select "+documentColumns+" from documents where id = $1 "+lock, id).QueryRow(func(r pgx.Row) (err error) {
		x, err = scanDocument(r)
		return err
	})
	return x, database.Translate(tx.Flush())
}

// StoreDocument stores what was announced. The same content twice is no change; another is refused.
func (d *Desk) StoreDocument(tx *database.Tx, by auth.Identity, id uuid.UUID, content []byte) (Document, error) {
	x, err := documentFor(tx, id, "for update")
	if err != nil {
		return x, err
	}
	sum := sha256.Sum256(content)
	if hex.EncodeToString(sum[:]) != x.SHA256 || len(content) == 0 {
		return x, fault.New(fault.RuleViolated, "Il contenuto non ha l'impronta annunciata.", "The content does not have the hash that was announced.").
			At("", "sha256", "impronta diversa", "another hash")
	}
	if x.Bytes > 0 {
		return x, nil
	}
	sealed, err := d.people.Encrypt(content, sealedDocuments.Place(x.Administration, x.ID, 0))
	if err != nil {
		return x, fmt.Errorf("seal document: %w", err)
	}
	x.Bytes = int64(len(content))
	tx.Queue("insert into document_contents (document_id, administration, bytes, content) values ($1, $2, $3, $4)", x.ID, x.Administration, x.Bytes, sealed)
	return x, audit.Append(tx, audit.Record{Action: "document.store", Subject: "document/" + id.String(), Administration: x.Administration, By: by})
}

// ReadDocument returns the content of a document and records who looked.
func (d *Desk) ReadDocument(ctx context.Context, by auth.Identity, id uuid.UUID) (content []byte, err error) {
	err = d.db.Update(ctx, by.Administration, func(tx *database.Tx) error {
		x, err := documentFor(tx, id, "")
		if err != nil {
			return err
		}
		var sealed []byte
		if err := tx.QueryRow("select content from document_contents where document_id = $1", []any{id}, &sealed); err != nil {
			return err
		}
		if content, err = d.people.Decrypt(sealed, sealedDocuments.Place(x.Administration, x.ID, 0)); err != nil {
			return fmt.Errorf("open document: %w", err)
		}
		return audit.Append(tx, audit.Record{Action: "document.read", Subject: "document/" + id.String(), Administration: x.Administration, By: by})
	})
	return content, err
}

// Document returns one document without its content.
func (d *Desk) Document(ctx context.Context, administration string, id uuid.UUID) (x Document, err error) {
	err = d.db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue("select "+documentColumns+" from documents where id = $1", id).QueryRow(func(r pgx.Row) (err error) {
			x, err = scanDocument(r)
			return err
		})
	})
	return x, err
}

// Documents lists the documents of an application, newest first.
func (d *Desk) Documents(ctx context.Context, administration string, application uuid.UUID, p page.Page) ([]Document, string, error) {
	if _, err := d.Application(ctx, administration, application); err != nil {
		return nil, "", err
	}
	list := page.List[Document]{Rows: func(q *gorm.DB) *gorm.DB { return q.Table("documents").Where("application_id = ?", application) }, Columns: documentColumns, Scan: scanDocument,
		Order: page.Newest(func(x Document) (time.Time, uuid.UUID) { return x.CreatedAt, x.ID })}
	return list.Read(ctx, d.db, administration, p)
}

// DocumentRoles are the roles that put documents into a file.
func DocumentRoles() []string {
	return []string{domain.ScopeFile, domain.ScopeRegister, domain.ScopeExamine, domain.ScopePreside, domain.ScopeDecree}
}
