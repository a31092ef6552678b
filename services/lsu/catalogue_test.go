package lsu_test

import (
	"testing"

	"w2w/pkg/testkit/apitest"
)

var tables = apitest.Tables{
	Unowned: []string{
		"entities",                   // the registry of host entities, one for all
		"parameters",                 // dated values for all
		"idempotency_keys",           // by client
		"audit_chain",                // hashes
		"feed_cursors", "feed_inbox", // of the service itself
		"goose_lsu", "schema_needs", "goose_audit", "goose_feed", "goose_httpx", "goose_params", "goose_plafond",
	},
	Everywhere: []string{ // the pool is national and closed
		"worker_once", "tax_code_once",
		"movement_accepted_once",   // a number of the register
		"payment_once",             // a number of INPS
		"plafond_commitments_pkey", // named after the month of a Region
	},
	Table: "workers", Column: "worker_ref",
	Unlink: `alter table failed_rows drop constraint failed_rows_administration_intake_id_fkey, add foreign key (intake_id) references intakes (id)`,
}

func TestRLS_Lint(t *testing.T) {
	t.Parallel()
	service.RequireGuarded(t, tables)
}
