package concessions_test

import (
	"testing"

	"w2w/pkg/testkit/apitest"
)

var tables = apitest.Tables{
	Unowned: []string{
		"employers",                  // the registry, one for all
		"worker_periods",             // closed
		"parameters",                 // dated values for all
		"idempotency_keys",           // by client
		"audit_chain",                // hashes
		"feed_cursors", "feed_inbox", // of the service itself
		"goose_concessions", "schema_needs", "goose_audit", "goose_feed", "goose_httpx", "goose_params", "goose_plafond",
	},
	Closed: []string{"worker_periods"}, // three functions of the owner answer yes or no
	Everywhere: []string{
		"inps_authorisations_number_key", // a number of INPS
		"plafond_commitments_pkey",       // named after the application's id
		"receipt_of_a_sender_once",       // a file of INPS
	},
	Table: "decrees", Column: "number",
	Unlink: "alter table document_contents drop constraint contents_of_administration",
}

func TestRLS_Lint(t *testing.T) {
	t.Parallel()
	service.RequireGuarded(t, tables)
}
