package database

import (
	"crypto/tls"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
)

// certificate keeps when the certificate that PostgreSQL showed last expires; 0 where the connection is not encrypted.
type certificate struct{ expires atomic.Int64 }

func (c *certificate) see(conn *pgx.Conn) {
	if t, ok := conn.PgConn().Conn().(*tls.Conn); ok {
		if shown := t.ConnectionState().PeerCertificates; len(shown) > 0 {
			c.expires.Store(shown[0].NotAfter.Unix())
		}
	}
}

// collect shows nothing while there is no certificate.
func (c *certificate) collect(desc *prometheus.Desc, to chan<- prometheus.Metric) {
	if at := c.expires.Load(); at > 0 {
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, float64(at))
	}
}

func newCertificateDesc(service string) *prometheus.Desc {
	return prometheus.NewDesc("w2w_database_certificate_expires_timestamp_seconds",
		"When the certificate that PostgreSQL shows expires; absent where the connection is not encrypted.",
		nil, prometheus.Labels{"service": service})
}
