package httpx

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.uber.org/zap"

	"w2w/pkg/fault"
)

const loggerKey = "w2w.logger"

// The goals for 99 of 100 requests, in seconds: each is a bucket, so that the rules count exactly.
const (
	readGoal  = .15
	writeGoal = .3
)

// NewEngine returns a gin engine with request and trace ids, recovery, an access log without personal data and RED
// metrics (rate, errors, duration) per route.
func NewEngine(log *zap.Logger, registry prometheus.Registerer, service string) *gin.Engine {
	return newEngine(log, registry, service, false)
}

// NewEdge is NewEngine for callers from outside, whose traces are not continued but linked.
func NewEdge(log *zap.Logger, registry prometheus.Registerer, service string) *gin.Engine {
	return newEngine(log, registry, service, true)
}

func newEngine(log *zap.Logger, registry prometheus.Registerer, service string, edge bool) *gin.Engine {
	e := bareEngine()
	e.HandleMethodNotAllowed = true
	_ = e.SetTrustedProxies(nil) // nil is always accepted
	e.Use(span(edge), identify(log), observe(log.WithOptions(zap.WithCaller(false)), registry, service), recovery)
	e.NoRoute(func(c *gin.Context) {
		Problem(c, fault.New(fault.NotFound, "La risorsa non esiste.", "There is no such resource."))
	})
	e.NoMethod(func(c *gin.Context) {
		Problem(c, fault.New(fault.MethodNotAllowed, "Metodo non previsto per questa risorsa.", "The resource does not take this method."))
	})
	return e
}

// bareEngine says nothing on the terminal by itself, and its contexts end with their requests.
func bareEngine() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.ContextWithFallback = true
	return e
}

// Log returns the request's logger.
func Log(c *gin.Context) *zap.Logger {
	if l, ok := c.Value(loggerKey).(*zap.Logger); ok {
		return l.With(thread(c)...)
	}
	return zap.NewNop()
}

func observe(log *zap.Logger, registry prometheus.Registerer, service string) gin.HandlerFunc {
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "w2w_http_request_seconds", Help: "Duration of requests by route and status.",
		ConstLabels: prometheus.Labels{"service": service},
		Buckets:     []float64{.001, .0025, .005, .01, .025, .05, .1, readGoal, .25, writeGoal, .5, 1, 2.5, 5, 10},
	}, []string{"method", "route", "status", "waits"})
	running := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "w2w_http_requests_running", Help: "Requests under way.", ConstLabels: prometheus.Labels{"service": service},
	})
	registry.MustRegister(seconds, running)
	return func(c *gin.Context) {
		start := time.Now()
		running.Inc()
		defer running.Dec()
		c.Next()
		route, status := c.FullPath(), c.Writer.Status()
		took := time.Since(start)
		seconds.WithLabelValues(c.Request.Method, route, strconv.Itoa(status), waits(c.Request)).Observe(took.Seconds())
		log.Info("request", append(append(thread(c), caller(c)...), zap.String("client_ip", c.ClientIP()), zap.String("method", c.Request.Method),
			zap.String("route", route), zap.Int("status", status), zap.Duration("took", took))...)
	}
}

// waits is the label of requests whose readers let a feed keep them waiting: they take long by wish, so no goal is
// theirs. An empty label is none for Prometheus.
func waits(r *http.Request) string {
	if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, "/events") {
		return ""
	}
	if asked := r.URL.Query().Get("wait"); asked == "" || asked == "0" {
		return ""
	}
	return "yes"
}

func recovery(c *gin.Context) {
	defer func() {
		if p := recover(); p != nil {
			Problem(c, fmt.Errorf("panic: %v", p))
		}
	}()
	c.Next()
}

// Metrics serves what can be gathered: a figure that can't be read, because the database is away, is left out.
func Metrics(gatherer prometheus.Gatherer) http.Handler {
	return promhttp.HandlerFor(gatherer, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

// Internal serves health, readiness and metrics; it belongs on a port that only operators reach. ready
// says why the service can't work, or nil.
func Internal(gatherer prometheus.Gatherer, ready func(c *gin.Context) error) http.Handler {
	e := bareEngine()
	e.GET("/healthz", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	e.GET("/readyz", func(c *gin.Context) {
		if err := ready(c); err != nil {
			Problem(c, err)
			return
		}
		c.JSON(http.StatusOK, gin.H{"status": "ready"})
	})
	e.GET("/metrics", gin.WrapH(Metrics(gatherer)))
	return e
}
