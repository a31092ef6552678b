package httpx

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.uber.org/zap"

	"w2w/pkg/fault"
)

const loggerKey = "w2w.logger"

var requestIDForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// NewEngine returns a gin engine with request ids, recovery, an access log without personal data and RED
// metrics (rate, errors, duration) per route.
func NewEngine(log *zap.Logger, registry prometheus.Registerer, service string) *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.ContextWithFallback = true
	e.HandleMethodNotAllowed = true
	_ = e.SetTrustedProxies(nil) // nil is always accepted
	e.Use(requestID(log), observe(log.WithOptions(zap.WithCaller(false)), registry, service), recovery)
	e.NoRoute(func(c *gin.Context) {
		Problem(c, fault.New(fault.NotFound, "La risorsa non esiste.", "There is no such resource."))
	})
	e.NoMethod(func(c *gin.Context) {
		Problem(c, fault.New(fault.MethodNotAllowed, "Metodo non previsto per questa risorsa.", "The resource does not take this method."))
	})
	return e
}

// Log returns the request's logger.
func Log(c *gin.Context) *zap.Logger {
	if l, ok := c.Value(loggerKey).(*zap.Logger); ok {
		return l.With(zap.String("request_id", c.GetHeader(requestIDHeader)))
	}
	return zap.NewNop()
}

func requestID(log *zap.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		id := c.GetHeader(requestIDHeader)
		if !requestIDForm.MatchString(id) {
			id = uuid.Must(uuid.NewV7()).String()
			c.Request.Header.Set(requestIDHeader, id)
		}
		c.Header(requestIDHeader, id)
		c.Set(loggerKey, log)
		c.Next()
	}
}

func observe(log *zap.Logger, registry prometheus.Registerer, service string) gin.HandlerFunc {
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "w2w_http_request_seconds", Help: "Duration of requests by route and status.",
		ConstLabels: prometheus.Labels{"service": service},
		Buckets:     []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"method", "route", "status"})
	registry.MustRegister(seconds)
	return func(c *gin.Context) {
		start := time.Now()
		c.Next()
		route, status := c.FullPath(), c.Writer.Status()
		took := time.Since(start)
		seconds.WithLabelValues(c.Request.Method, route, strconv.Itoa(status)).Observe(took.Seconds())
		log.Info("request", zap.String("request_id", c.GetHeader(requestIDHeader)), zap.String("method", c.Request.Method), zap.String("route", route),
			zap.Int("status", status), zap.Duration("took", took))
	}
}

func recovery(c *gin.Context) {
	defer func() {
		if p := recover(); p != nil {
			Problem(c, fmt.Errorf("panic: %v", p))
		}
	}()
	c.Next()
}

// Internal serves health, readiness and metrics; it belongs on a port that only operators reach. ready
// says why the service can't work, or nil.
func Internal(gatherer prometheus.Gatherer, ready func(c *gin.Context) error) http.Handler {
	e := gin.New()
	e.ContextWithFallback = true
	e.GET("/healthz", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	e.GET("/readyz", func(c *gin.Context) {
		if err := ready(c); err != nil {
			Problem(c, err)
			return
		}
		c.JSON(http.StatusOK, gin.H{"status": "ready"})
	})
	e.GET("/metrics", gin.WrapH(promhttp.HandlerFor(gatherer, promhttp.HandlerOpts{})))
	return e
}
