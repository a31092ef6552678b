package concessions

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
)

const prefix = "W2W_CONCESSIONS_"

// Config are the settings of the service; each is the variable W2W_CONCESSIONS_ plus the name.
type Config struct {
	PersonKeys string `env:"PERSON_KEYS,required"` // folder with person-aead.json and person-mac.json
	MakeKeys   bool   `env:"MAKE_KEYS"`            // make missing keys; for development
	Version    string `env:"VERSION" envDefault:"dev"`
}

// LoadConfig reads the settings from an environment; a variable with the prefix that nobody reads is an
// error with its name, since it is mostly a misspelt one.
func LoadConfig(environ []string) (Config, error) {
	var c Config
	options := env.Options{Prefix: prefix, Environment: env.ToMap(environ)}
	if err := env.ParseWithOptions(&c, options); err != nil {
		return c, fmt.Errorf("settings: %w", err)
	}
	params, err := env.GetFieldParamsWithOptions(&c, options)
	if err != nil {
		return c, fmt.Errorf("settings: %w", err)
	}
	for name := range options.Environment {
		known := slices.ContainsFunc(params, func(p env.FieldParams) bool { return p.Key == name })
		if strings.HasPrefix(name, prefix) && !known {
			return c, fmt.Errorf("settings: %s is unknown", name)
		}
	}
	return c, nil
}
