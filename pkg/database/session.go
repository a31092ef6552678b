package database

import (
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// sessionOf are the settings with which a service's session on its schema begins: the schema first, and the timeouts that
// keep one bad statement from holding up the rest.
func sessionOf(schema string) map[string]string {
	return map[string]string{"search_path": schema + ",public", "statement_timeout": "15000", "lock_timeout": "5000",
		"idle_in_transaction_session_timeout": "10000"}
}

// sessionDefaults gives them to the role in this database too: PgBouncer does not hand on what a client asks for when it
// connects.
func sessionDefaults(role, schema string) string {
	settings := sessionOf(schema)
	var s strings.Builder
	s.WriteString("do $$ begin ")
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		s.WriteString("execute format('alter role " + pgx.Identifier{role}.Sanitize() + " in database %I set " + name + " = " + settings[name] +
			"', current_database()); ")
	}
	s.WriteString("end $$")
	return s.String()
}
