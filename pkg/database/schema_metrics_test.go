package database_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/testkit"
)

func TestTheSchemaShowsItsVersionAndThatOfTheBinary(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, "notes", notes)
	want := `# HELP w2w_schema_known_version Newest version of the migrations that this binary knows.
# TYPE w2w_schema_known_version gauge
w2w_schema_known_version{set="notes"} 1
# HELP w2w_schema_version Version of the migrations that the schema has.
# TYPE w2w_schema_version gauge
w2w_schema_version{set="notes"} 1
`
	require.NoError(t, testutil.CollectAndCompare(database.NewSchemaCollector(db, notes), strings.NewReader(want)))
	older := database.Set{Name: "notes", Files: fstest.MapFS{}}
	require.NoError(t, testutil.CollectAndCompare(database.NewSchemaCollector(db, older),
		strings.NewReader(strings.Replace(want, `known_version{set="notes"} 1`, `known_version{set="notes"} 0`, 1))))
}
