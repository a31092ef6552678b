package person

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"w2w/pkg/auth"
	"w2w/pkg/database"
)

// Sealed are the sealed columns of one service, and its database.
type Sealed struct {
	DB      *database.DB
	Columns []Column
}

// Drop takes away a key under which nothing is sealed any more in any of the services, once every process has had
// the time to follow the last change: one that still sealed by the key would make what nobody can open.
func (k Keys) Drop(ctx context.Context, id uint32, services ...Sealed) error {
	changed, err := os.Stat(k.file())
	if err != nil {
		return fmt.Errorf("keyset: %w", err)
	}
	if age := time.Since(changed.ModTime()); age < k.Settle {
		return fmt.Errorf("%w: they changed %s ago, and a process may still seal by the old one: wait %s, seal again, then drop", ErrKeys,
			age.Round(time.Second), (k.Settle - age).Round(time.Second))
	}
	under, err := countByKey(ctx, services)
	if err != nil {
		return err
	}
	if n := under[string(prefixOf(id))]; n > 0 {
		return fmt.Errorf("%w: %d values are sealed under %d: seal them again first", ErrKeys, n, id)
	}
	return k.change(func(m *keyset.Manager) error { return m.Delete(id) })
}

// prefixOf is how the ciphertexts of a key begin.
func prefixOf(id uint32) []byte { return binary.BigEndian.AppendUint32([]byte{1}, id) }

// countByKey counts all sealed values by the beginning of their ciphertexts. Where it is asked to look nowhere it
// does not say that there are none.
func countByKey(ctx context.Context, services []Sealed) (map[string]int, error) {
	under := map[string]int{}
	add := func(rows pgx.Rows) error {
		var prefix []byte
		var n int
		_, err := pgx.ForEachRow(rows, []any{&prefix, &n}, func() error { under[string(prefix)] += n; return nil })
		return err
	}
	columns := 0
	for _, s := range services {
		columns += len(s.Columns)
		err := s.DB.Read(ctx, auth.AllAdministrations, func(b *pgx.Batch) {
			for _, c := range s.Columns {
				b.Queue(c.count()).Query(add)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	if columns == 0 {
		return nil, fmt.Errorf("%w: no service was named", ErrKeys)
	}
	return under, nil
}
