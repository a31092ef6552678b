package person

import (
	"fmt"

	"github.com/google/uuid"
)

// Place is where a sealed value is: a ciphertext moved elsewhere does not open.
type Place []byte

// Column is a column of sealed values, named in SQL of its service. A value is found by an id and, where an id has
// several, by the number of its row.
type Column struct {
	Table, Value string
	ID, Row      string // the primary key; Row is empty where there is one value an id
	Batch        int    // values that a transaction seals again
}

// Place binds a value to table, administration, id and row. What is stored opens as long as this stays as it is.
func (c Column) Place(administration string, id uuid.UUID, row int) Place {
	if c.Row == "" {
		return fmt.Appendf(nil, "%s/%s/%s", c.Table, administration, id)
	}
	return fmt.Appendf(nil, "%s/%s/%s/%d", c.Table, administration, id, row)
}

// count is how many values there are under each key.
func (c Column) count() string {
	return "select substr(" + c.Value + ", 1, 5), count(*) from " + c.Table + " group by 1"
}

// stale reads on from a row those that are under another key.
func (c Column) stale() string {
	if c.Row == "" {
		return "select administration, " + c.ID + ", 0, " + c.Value + " from " + c.Table +
			" where substr(" + c.Value + ", 1, 5) <> $1 and " + c.ID + " > $2 and $3::int = 0 order by " + c.ID + " limit $4"
	}
	key := c.ID + ", " + c.Row
	return "select administration, " + key + ", " + c.Value + " from " + c.Table +
		" where substr(" + c.Value + ", 1, 5) <> $1 and (" + key + ") > ($2, $3) order by " + key + " limit $4"
}

// store writes them again where they still are what was read: whoever changes a row meanwhile wins, since what he
// wrote is under the active key.
func (c Column) store() string {
	same := "w." + c.ID + " = u.id"
	if c.Row != "" {
		same += " and w." + c.Row + " = u.row"
	}
	return "update " + c.Table + " w set " + c.Value + " = u.fresh from unnest($1::uuid[], $2::int[], $3::bytea[], $4::bytea[]) u(id, row, read, fresh)" +
		" where " + same + " and w." + c.Value + " = u.read"
}
