package app

import (
	"fmt"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// Settings are those of every process; its service adds its own.
type Settings struct {
	DatabaseURL  string        `env:"W2W_DATABASE_URL,required"`            // address of the database, for the role of the service
	Connections  int           `env:"W2W_DATABASE_CONNECTIONS"`             // that the process may open to it, from 4 to 1000; without it the gateway 10, the others 20
	Addr         string        `env:"W2W_ADDR" envDefault:":8080"`          // where calls are taken
	InternalAddr string        `env:"W2W_INTERNAL_ADDR" envDefault:":9090"` // where operators ask: readiness, metrics, audit checkpoints
	DrainDelay   time.Duration `env:"W2W_DRAIN_DELAY" envDefault:"5s"`      // between unready and the end of listening
	LogLevel     zapcore.Level `env:"W2W_LOG_LEVEL" envDefault:"info"`      // the least level that is logged
	OTLPEndpoint string        `env:"W2W_OTLP_ENDPOINT"`                    // address of a collector of traces, OTLP over HTTP; none are made without it
	TraceShare   float64       `env:"W2W_TRACE_SHARE" envDefault:"0.1"`     // of the traces that begin here, from 0 to 1
}

const (
	leastConnections = 4 // what calls and the work in the background need beside each other
	mostConnections  = 1000
)

func (s Settings) check() error {
	if s.Connections != 0 && (s.Connections < leastConnections || s.Connections > mostConnections) {
		return fmt.Errorf("settings: W2W_DATABASE_CONNECTIONS is %d, and must be from %d to %d", s.Connections, leastConnections, mostConnections)
	}
	return nil
}

// NewLogger writes every line to a file or "stderr", as JSON in which no codice fiscale can be read.
func NewLogger(service string, level zapcore.Level, to string) (*zap.Logger, error) {
	sink, _, err := zap.Open(to)
	if err != nil {
		return nil, err
	}
	core := zapcore.NewCore(zapcore.NewJSONEncoder(encoding()), masking{sink}, level)
	return zap.New(core, zap.AddCaller(), zap.AddStacktrace(zap.ErrorLevel), zap.Fields(zap.String("service", service))), nil
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
