package database

import (
	"context"
	"fmt"
	"strings"
)

// CheckDurability refuses a server that may lose a commit which it has acknowledged (trust.md, row 38).
func (db *DB) CheckDurability(ctx context.Context) error {
	var off []string
	for _, name := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var value string
		if err := db.pool.QueryRow(ctx, "select current_setting($1)", name).Scan(&value); err != nil {
			return Translate(err)
		}
		if value == "off" {
			off = append(off, name)
		}
	}
	if len(off) > 0 {
		return fmt.Errorf("PostgreSQL may lose acknowledged commits: set %s to on", strings.Join(off, ", "))
	}
	return nil
}
