package auth_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/fault"
	"w2w/pkg/period"
)

func TestOverseersActForTheMinistry(t *testing.T) {
	t.Parallel()
	require.Equal(t, "03", auth.Identity{Administration: "03"}.OwnAdministration())
	require.Equal(t, "MLPS", auth.Identity{Administration: auth.AllAdministrations}.OwnAdministration())
}

func TestOnlyWhoLoadsThePastDatesAnAct(t *testing.T) {
	t.Parallel()
	now := clock.Fixed(time.Date(2010, 3, 31, 22, 30, 0, 0, time.UTC)) // past midnight in Rome
	today, yesterday := period.Of(2010, time.April, 1), period.Of(2010, time.March, 31)
	portal, loader := auth.Identity{}, auth.Identity{Scopes: []string{auth.ScopeBackdate}}
	for _, asked := range []*period.Date{nil, &today} {
		on, err := portal.ActDate(now, asked, "/acted_on")
		require.NoError(t, err)
		require.Equal(t, today, on)
	}
	on, err := loader.ActDate(now, &yesterday, "/acted_on")
	require.NoError(t, err)
	require.Equal(t, yesterday, on)
	_, err = portal.ActDate(now, &yesterday, "/acted_on")
	require.True(t, fault.Is(err, fault.ScopeMissing))
	require.Equal(t, "/acted_on", fault.As(err).Fields[0].Pointer)
}
