package database

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
)

func TestACertificateIsShownWhereThereIsOne(t *testing.T) {
	t.Parallel()
	shown := make(chan prometheus.Metric, 1)
	var c certificate
	c.collect(newCertificateDesc("things"), shown)
	require.Empty(t, shown)
	c.expires.Store(1_800_000_000)
	c.collect(newCertificateDesc("things"), shown)
	require.Contains(t, (<-shown).Desc().String(), `service="things"`)
}
