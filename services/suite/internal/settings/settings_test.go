package settings_test

import (
	"os"
	"testing"

	"github.com/caarlos0/env/v11"
	"github.com/stretchr/testify/require"

	"w2w/pkg/app"
	"w2w/services/concessions"
	"w2w/services/gateway"
	"w2w/services/lsu"
	"w2w/services/suite/internal/settings"
)

const root = "../../../.."

// TestThePageHasWhatTheProgramsRead holds the structs as written against what the reader of the environment makes of them.
func TestThePageHasWhatTheProgramsRead(t *testing.T) {
	t.Parallel()
	read := map[string]any{"Every service": &app.Settings{}, "gateway": &gateway.Settings{}, "concessions": &concessions.Settings{}, "lsu": &lsu.Settings{}}
	for _, p := range settings.Programs {
		found, err := p.Variables(root)
		require.NoError(t, err)
		require.NotEmpty(t, found)
		if read[p.Title] == nil {
			continue // a command's, which only its own package can see
		}
		fields, err := env.GetFieldParams(read[p.Title])
		require.NoError(t, err)
		var want []settings.Variable
		for _, f := range fields {
			if f.Key != "" {
				want = append(want, settings.Variable{Name: f.Key, Default: f.DefaultValue, Required: f.Required || f.NotEmpty})
			}
		}
		for i := range found {
			require.NotEmpty(t, found[i].Form)
			require.NotEmpty(t, found[i].Purpose)
			found[i].Form, found[i].Purpose = "", ""
		}
		require.Equal(t, want, found, p.Title)
	}
}

func TestThePageIsThatOfTheCode(t *testing.T) {
	t.Parallel()
	page, err := settings.Page(root)
	require.NoError(t, err)
	kept, err := os.ReadFile(root + "/docs/settings.md")
	require.NoError(t, err)
	require.Equal(t, page, string(kept), "run make gen")
}
