package concessions_test

import (
	"fmt"
	"testing"

	"w2w/pkg/app"
	"w2w/pkg/testkit"
	"w2w/pkg/testkit/apitest"
	"w2w/services/concessions"
)

func TestMain(m *testing.M) {
	testkit.Programs{concessions.Name: func() { app.Main(concessions.Program()) }}.Main(m)
}

// traffic assigns a plafond a cent at a time.
var traffic = apitest.Traffic{Read: "/plafonds", Written: "select coalesce(sum(assigned_cents), 0) from plafond_accounts",
	Event: "it.w2w.concessions.plafond.assigned.v1",
	Write: func(n int64) (string, any) {
		return "/plafonds/assignments", object{"administration": "03", "year": 2010, "family": "CIG_DEROGA", "assigned_on": "2010-01-10",
			"act": fmt.Sprint("DI ", n), "cents": 1}
	}}

func TestDrain_Replicas(t *testing.T) {
	t.Parallel()
	service.RequireDrain(t, traffic)
}

func TestHandOver(t *testing.T) {
	t.Parallel()
	service.RequireHandOver(t, traffic)
}
