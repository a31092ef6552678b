package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// prefix begins the names of all settings.
const prefix = "W2W_"

// Settings are those of every process; its service adds its own.
type Settings struct {
	DatabaseURL  string        `env:"W2W_DATABASE_URL,required"`
	Addr         string        `env:"W2W_ADDR" envDefault:":8080"`
	InternalAddr string        `env:"W2W_INTERNAL_ADDR" envDefault:":9090"`
	DrainDelay   time.Duration `env:"W2W_DRAIN_DELAY" envDefault:"5s"` // between unready and the end of listening
	LogLevel     zapcore.Level `env:"W2W_LOG_LEVEL" envDefault:"info"`
}

// ReadSettings fills pointers to structs with env tags from an environment. A W2W_ variable that none of them
// reads is an error with its name, since it is mostly a misspelt one.
func ReadSettings(environ []string, into ...any) error {
	options := env.Options{Environment: env.ToMap(environ)}
	var known []string
	var failed error
	for _, target := range into {
		if err := env.ParseWithOptions(target, options); err != nil {
			failed = errors.Join(failed, fmt.Errorf("settings: %w", err))
		}
		fields, err := env.GetFieldParamsWithOptions(target, options)
		if err != nil {
			return fmt.Errorf("settings: %w", err)
		}
		for _, f := range fields {
			known = append(known, f.Key)
		}
	}
	for name := range options.Environment {
		if strings.HasPrefix(name, prefix) && !slices.Contains(known, name) {
			failed = errors.Join(failed, fmt.Errorf("settings: %s is unknown", name))
		}
	}
	return failed
}

// newLogger writes every line, as JSON with instants in RFC 3339, UTC.
func newLogger(service string, level zapcore.Level) (*zap.Logger, error) {
	cfg := zap.NewProductionConfig()
	cfg.Level = zap.NewAtomicLevelAt(level)
	cfg.Sampling = nil
	cfg.InitialFields = map[string]any{"service": service}
	cfg.EncoderConfig.TimeKey = "time"
	cfg.EncoderConfig.EncodeTime = func(t time.Time, to zapcore.PrimitiveArrayEncoder) {
		to.AppendString(t.UTC().Format("2006-01-02T15:04:05.000Z"))
	}
	return cfg.Build()
}
