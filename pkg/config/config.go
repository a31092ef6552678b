// Package config reads the settings of a process from its W2W_ variables.
package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
)

const prefix = "W2W_"

// ErrSettings is what a wrong or unknown setting is.
var ErrSettings = errors.New("settings")

// Load fills the struct that settings points to, by its env tags, and reports all that is wrong at once. A W2W_
// variable that no field reads is an error with its name, since it is mostly a misspelt one.
func Load(environ []string, settings any) error {
	options := env.Options{Environment: env.ToMap(environ)}
	wrong := env.ParseWithOptions(settings, options)
	fields, err := env.GetFieldParamsWithOptions(settings, options)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSettings, err)
	}
	var unknown []string
	for name := range options.Environment {
		if strings.HasPrefix(name, prefix) && !slices.ContainsFunc(fields, func(f env.FieldParams) bool { return f.Key == name }) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		wrong = errors.Join(wrong, fmt.Errorf("%s is unknown", name))
	}
	if wrong != nil {
		return fmt.Errorf("%w: %w", ErrSettings, wrong)
	}
	return nil
}
