// Package audit keeps who did what, and who looked at whom: a row in the transaction of each act, chained
// in the background so that no later change goes unnoticed.
package audit

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"

	"w2w/pkg/auth"
	"w2w/pkg/database"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations are the tables of the records and of their chain; the service can only add to them.
func Migrations() database.Set {
	dir, _ := fs.Sub(files, "migrations") // the folder is embedded, it can't be missing
	return database.Set{Name: "audit", Files: dir, AppendOnly: []string{"audit_records", "audit_chain"}}
}

// Record is one act: its name, the thing acted upon as kind/id, and whose row it is.
type Record struct {
	Action         string
	Subject        string
	Administration string
	By             auth.Identity
	Detail         map[string]any // never personal data
}

const insertRecord = `insert into audit_records (action, subject, administration, client, actor, purpose, txn, detail)
values ($1, $2, $3, $4, $5, $6, $7, $8)`

// Append queues the record into the transaction of the act.
func Append(tx *database.Tx, r Record) error {
	detail, err := r.detail()
	if err != nil {
		return fmt.Errorf("audit %s: %w", r.Action, err)
	}
	tx.Queue(insertRecord, r.Action, r.Subject, r.Administration, r.By.Client, r.By.Actor, r.By.Purpose, r.By.Txn, detail)
	return nil
}

// detail is that of the act, with the level of assurance of the user where the client proved it.
func (r Record) detail() ([]byte, error) {
	all := map[string]any{}
	maps.Copy(all, r.Detail)
	if r.By.LoA != "" {
		all["loa"] = r.By.LoA
	}
	return json.Marshal(all)
}
