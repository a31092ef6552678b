package domain

import (
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
	"w2w/pkg/italia"
)

func TestAnEntityIsJudgedByItsRegionAndReference(t *testing.T) {
	t.Parallel()
	places, err := italia.Load()
	require.NoError(t, err)
	r := firstRules(t)
	known := EntityKnown{Places: places, Ref: func(ref string) bool { return ref == "E1" }}
	for name, c := range map[string]struct {
		ref, region string
		want        []Code
	}{
		"in order":                 {"E2", "18", nil},
		"a Region without a pool":  {"E2", "03", nil},
		"an autonomous Province":   {"E2", "P22", nil},
		"the Ministry":             {"E2", "MLPS", []Code{RegionUnknown}},
		"no administration":        {"E2", "99", []Code{RegionUnknown}},
		"known":                    {"E1", "18", []Code{EntityDuplicate}},
		"known, and nowhere known": {"E1", "", []Code{EntityDuplicate, RegionUnknown}},
	} {
		codes, err := r.JudgeEntity(Entity{Ref: c.ref, Region: c.region}, known)
		require.NoError(t, err, name)
		require.Equal(t, c.want, codes, name)
	}
}

func TestTheRegistryIsKeptForAllRegions(t *testing.T) {
	t.Parallel()
	require.NoError(t, ForAllRegions(auth.Identity{Administration: auth.AllAdministrations}))
	for _, one := range []string{"18", "MLPS", ""} {
		require.True(t, fault.Is(ForAllRegions(auth.Identity{Administration: one}), fault.ScopeMissing), one)
	}
}

func TestARowSaysWhereItsFieldsStand(t *testing.T) {
	t.Parallel()
	inJSON, inFile := Row[int]{Line: 4, Pointer: "/items/3"}, Row[int]{Line: 5}
	require.Equal(t, "/items/3/region", inJSON.Place("region"))
	require.Equal(t, "line:5", inFile.Place("region"))
}
