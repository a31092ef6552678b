package app

import (
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// Settings are those of every process; its service adds its own.
type Settings struct {
	DatabaseURL  string        `env:"W2W_DATABASE_URL,required"`
	Addr         string        `env:"W2W_ADDR" envDefault:":8080"`
	InternalAddr string        `env:"W2W_INTERNAL_ADDR" envDefault:":9090"`
	DrainDelay   time.Duration `env:"W2W_DRAIN_DELAY" envDefault:"5s"` // between unready and the end of listening
	LogLevel     zapcore.Level `env:"W2W_LOG_LEVEL" envDefault:"info"`
}

// NewLogger writes every line to a file or "stderr", as JSON with instants in RFC 3339, UTC.
func NewLogger(service string, level zapcore.Level, to string) (*zap.Logger, error) {
	cfg := zap.NewProductionConfig()
	cfg.Level = zap.NewAtomicLevelAt(level)
	cfg.Sampling = nil
	cfg.OutputPaths = []string{to}
	cfg.InitialFields = map[string]any{"service": service}
	cfg.EncoderConfig.TimeKey = "time"
	cfg.EncoderConfig.EncodeTime = func(t time.Time, to zapcore.PrimitiveArrayEncoder) {
		to.AppendString(t.UTC().Format("2006-01-02T15:04:05.000Z"))
	}
	return cfg.Build()
}
