package lsu_test

import (
	"fmt"
	"testing"

	"w2w/pkg/app"
	"w2w/pkg/testkit"
	"w2w/pkg/testkit/apitest"
	"w2w/services/lsu"
)

func TestMain(m *testing.M) {
	testkit.Programs{lsu.Name: func() { app.Main(lsu.Program()) }}.Main(m)
}

// traffic registers entities.
var traffic = apitest.Traffic{Read: "/entities", Written: "select count(*) from entities", Event: "it.w2w.lsu.entity.registered.v1",
	Write: func(n int64) (string, any) { return "/entities", entity(fmt.Sprint("E", n), "19") }}

func TestDrain_Replicas(t *testing.T) {
	t.Parallel()
	service.RequireDrain(t, traffic)
}

func TestHandOver(t *testing.T) {
	t.Parallel()
	service.RequireHandOver(t, traffic)
}
