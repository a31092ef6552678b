package app

import (
	"os"
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

// newLogger writes every line, as JSON.
func newLogger(service string, level zapcore.Level) *zap.Logger {
	return NewLogger(os.Stderr, level).With(zap.String("service", service))
}

// NewLogger writes JSON lines in which no codice fiscale can be read.
func NewLogger(to zapcore.WriteSyncer, level zapcore.Level) *zap.Logger {
	core := zapcore.NewCore(zapcore.NewJSONEncoder(encoding()), masking{zapcore.Lock(to)}, level)
	return zap.New(core, zap.AddCaller(), zap.AddStacktrace(zap.ErrorLevel))
}

// encoding is zap's for production, with instants in RFC 3339, UTC.
func encoding() zapcore.EncoderConfig {
	c := zap.NewProductionEncoderConfig()
	c.TimeKey = "time"
	c.EncodeTime = func(t time.Time, to zapcore.PrimitiveArrayEncoder) {
		to.AppendString(t.UTC().Format("2006-01-02T15:04:05.000Z"))
	}
	return c
}
