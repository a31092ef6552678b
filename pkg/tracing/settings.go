package tracing

import (
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

const sendWithin = 10 * time.Second

// setting reads one of OpenTelemetry's own settings, of traces or of all signals.
func setting(name string) (key, value string) {
	key = "OTEL_EXPORTER_OTLP_TRACES_" + name
	if value = os.Getenv(key); value == "" {
		key = "OTEL_EXPORTER_OTLP_" + name
		value = os.Getenv(key)
	}
	return key, strings.TrimSpace(value)
}

// newCollector heeds OTEL_EXPORTER_OTLP_ HEADERS, TIMEOUT, COMPRESSION, CERTIFICATE, CLIENT_CERTIFICATE and CLIENT_KEY,
// and the same after OTEL_EXPORTER_OTLP_TRACES_.
func newCollector(to string) (*collector, error) {
	c := &collector{url: to, client: &http.Client{Timeout: sendWithin}, stopped: make(chan struct{})}
	if key, value := setting("PROTOCOL"); value != "" && value != "http/protobuf" {
		return nil, fmt.Errorf("settings: %s is http/protobuf here", key)
	}
	key, value := setting("COMPRESSION")
	if value != "" && value != "none" && value != "gzip" {
		return nil, fmt.Errorf("settings: %s is neither gzip nor none", key)
	}
	c.gzip = value == "gzip"
	if key, value := setting("TIMEOUT"); value != "" {
		ms, err := strconv.Atoi(value)
		if err != nil || ms <= 0 {
			return nil, fmt.Errorf("settings: %s is no number of milliseconds", key)
		}
		c.client.Timeout = time.Duration(ms) * time.Millisecond
	}
	var err error
	if c.headers, err = headers(); err != nil {
		return nil, err
	}
	c.client.Transport, err = trusting()
	return c, err
}

func headers() (map[string]string, error) {
	out := map[string]string{}
	key, all := setting("HEADERS")
	for pair := range strings.SplitSeq(all, ",") {
		name, text, found := strings.Cut(pair, "=")
		text, err := url.PathUnescape(strings.TrimSpace(text))
		if strings.TrimSpace(pair) != "" && (!found || err != nil) {
			return nil, fmt.Errorf("settings: %s is not of the form name=value,name=value", key)
		}
		if found {
			out[strings.TrimSpace(name)] = text
		}
	}
	return out, nil
}

// trusting trusts the certificates that are named, or those of the system, and shows its own where it has one.
func trusting() (*http.Transport, error) {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	if key, file := setting("CERTIFICATE"); file != "" {
		text, err := os.ReadFile(file)
		t.TLSClientConfig.RootCAs = x509.NewCertPool()
		if err != nil || !t.TLSClientConfig.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("settings: %s names no file of certificates", key)
		}
	}
	_, certificate := setting("CLIENT_CERTIFICATE")
	key, private := setting("CLIENT_KEY")
	if certificate == "" && private == "" {
		return t, nil
	}
	own, err := tls.LoadX509KeyPair(certificate, private)
	if err != nil {
		return nil, fmt.Errorf("settings: %s and the certificate beside it: %w", key, err)
	}
	t.TLSClientConfig.Certificates = []tls.Certificate{own}
	return t, nil
}

func zipped(body []byte) ([]byte, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(body)
	if err == nil {
		err = w.Close()
	}
	return b.Bytes(), err
}
