package audit

import (
	"encoding/json"
	"fmt"
	"time"

	"w2w/pkg/database"
)

const insertRecords = `insert into audit_records (at, action, subject, administration, client, actor, purpose, txn, detail)
select * from unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]::jsonb[])`

// Past is an act that was done before the transaction in which it is recorded.
type Past struct {
	Record

	At time.Time
}

// AppendPast queues records of the past in one statement, for those who write them by the thousand.
func AppendPast(tx *database.Tx, past []Past) error {
	n := len(past)
	at, columns := make([]time.Time, n), [8][]string{}
	for i := range columns {
		columns[i] = make([]string, n)
	}
	for i, p := range past {
		detail, err := json.Marshal(p.Detail)
		if err != nil {
			return fmt.Errorf("audit %s: %w", p.Action, err)
		}
		at[i] = p.At
		for c, value := range [8]string{p.Action, p.Subject, p.Administration, p.By.Client, p.By.Actor, p.By.Purpose, p.By.Txn, string(detail)} {
			columns[c][i] = value
		}
	}
	tx.Queue(insertRecords, at, columns[0], columns[1], columns[2], columns[3], columns[4], columns[5], columns[6], columns[7])
	return nil
}
