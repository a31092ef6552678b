package support

import (
	"bytes"
	"context"
	"encoding/json"
	"regexp"

	"github.com/jackc/pgx/v5"
)

// facts are what is asked of the server, all without rows of the services.
var facts = map[string]string{
	"version":  `select version() as version, pg_postmaster_start_time() as started, pg_database_size(current_database()) as bytes`,
	"settings": `select name, setting, unit from pg_settings where source not in ('default', 'client', 'session') and category !~ 'File Locations|Authentication|Replication'`,
	"tables": `select schemaname, relname, n_live_tup, n_dead_tup, pg_total_relation_size(relid) as bytes, last_autovacuum, last_autoanalyze
		from pg_stat_user_tables order by schemaname, relname`,
	"connections": `select application_name, state, wait_event_type, count(*), max(extract(epoch from clock_timestamp() - xact_start))::float8 as oldest_seconds
		from pg_stat_activity where datname = current_database() group by 1, 2, 3`,
}

func database(ctx context.Context, out *bytes.Buffer, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	all := map[string]any{}
	for name, query := range facts {
		rows, err := conn.Query(ctx, query)
		if err != nil {
			return err
		}
		if all[name], err = pgx.CollectRows(rows, pgx.RowToMap); err != nil {
			return err
		}
	}
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(all)
}

// secret is what stands in an address between user and host, a token, or a private key.
var secret = regexp.MustCompile(`(://[^:/@\s"]*:)[^@\s"]+(@)|()eyJ[\w-]{8,}\.[\w-]+\.[\w-]*()|(password=)\S+()`)

func withoutSecrets(text []byte) []byte {
	return secret.ReplaceAll(text, []byte("${1}${3}${5}***${2}${4}${6}"))
}
