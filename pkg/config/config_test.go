package config_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/config"
)

type inner struct {
	Pause time.Duration `env:"PAUSE" envDefault:"5s"`
}

type settings struct {
	URL   string `env:"W2W_URL,notEmpty"`
	Inner inner  `envPrefix:"W2W_INNER_"`
}

func TestLoad(t *testing.T) {
	t.Parallel()
	var s settings
	require.NoError(t, config.Load([]string{"PATH=/bin", "W2W_URL=here", "W2W_INNER_PAUSE=2s"}, &s))
	require.Equal(t, settings{URL: "here", Inner: inner{Pause: 2 * time.Second}}, s)

	for name, environ := range map[string][]string{
		"W2W_URL":                {},
		"W2W_INNER_PAUS is unkn": {"W2W_URL=x", "W2W_INNER_PAUS=1s"},
		"W2W_B is unknown":       {"W2W_URL=x", "W2W_C=1", "W2W_B=1"},
		"Pause":                  {"W2W_URL=x", "W2W_INNER_PAUSE=soon"},
	} {
		err := config.Load(environ, &settings{})
		require.ErrorIs(t, err, config.ErrSettings)
		require.ErrorContains(t, err, name)
	}
	require.ErrorContains(t, config.Load([]string{"W2W_B=1"}, &settings{}), "W2W_URL", "all that is wrong at once")
}
