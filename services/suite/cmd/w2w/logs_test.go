package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/testkit"
	"w2w/services/suite/internal/house"
)

// nasty is what may hide in any input: new lines, colours of a terminal, a log line of its own, and people.
var nasty = []string{
	"RSSMRA85T10A562S", "rssmra85t10a562s", "a\nRSSMRA85T10A562S", "a\r\n{\"level\":\"info\",\"msg\":\"forged\"}", "\x1b[31mred\x1b[0m", "\x00", "\u2028", "\xff\xfe", "a\"}\n",
}

// TestLogs is row 42 of the catalogue, over the gateway and the service behind it.
func TestLogs(t *testing.T) {
	t.Parallel()
	dir, addr := folder(t), testkit.FreeAddress(t)
	p := runHouseAt(t, dir, addr, "--no-demo").ready(addr)
	token := developerToken(t, dir, addr)
	heads := map[string]func(evil string) string{
		"path": func(e string) string { return "GET /concessions/v1/applications/" + url.PathEscape(e) },
		"query": func(e string) string {
			return "GET /concessions/v1/applications?limit=" + url.QueryEscape(e) + "&" + url.QueryEscape(e) + "=1"
		},
		"elsewhere": func(e string) string { return "GET /" + url.PathEscape(e) },
		"method":    func(e string) string { return url.PathEscape(e) + " /concessions/v1/applications" },
	}
	headers := []string{"X-Request-Id", "Traceparent", "X-Actor", "User-Agent", "Accept", "Accept-Language", "Idempotency-Key", "If-Match", "X-Forwarded-For", "Content-Encoding", "Cookie"}
	for _, evil := range nasty {
		for _, head := range heads {
			send(t, addr, head(evil), "Authorization: Bearer "+token, "")
		}
		for _, name := range headers { // those that no client library would send, too
			send(t, addr, "POST /concessions/v1/applications", "Authorization: Bearer "+token+"\r\n"+name+": "+evil, "{}")
		}
		send(t, addr, "GET /concessions/v1/applications", "Authorization: Bearer "+evil, "")
		quoted, err := json.Marshal(evil)
		require.NoError(t, err)
		for _, body := range []string{evil, string(quoted), fmt.Sprintf(`{%s: 1}`, quoted), fmt.Sprintf(`{"employer": {"tax_code": %s, "name": %s}, "period_from": %s}`, quoted, quoted, quoted)} {
			for _, path := range []string{"applications", "people/search", "applications/0190a0b0-0000-7000-8000-000000000001/transitions"} {
				send(t, addr, "POST /concessions/v1/"+path, "Authorization: Bearer "+token+"\r\nContent-Type: application/json\r\nIdempotency-Key: k1", body)
			}
		}
		form := url.Values{"grant_type": {evil}, "client_id": {evil}, "client_assertion": {evil}, "scope": {evil}}.Encode()
		send(t, addr, "POST /oauth2/token", "Content-Type: application/x-www-form-urlencoded", form)
	}
	p.stops(os.Interrupt)
	log, err := os.ReadFile(filepath.Join(dir, "w2w.log"))
	require.NoError(t, err)
	requireLines(t, append(log, p.Said()...), 300)
}

// requireLines wants JSON lines alone, none of them forged, without a control character and without a person.
func requireLines(t *testing.T, log []byte, atLeast int) {
	t.Helper()
	n := 0
	for line := range bytes.Lines(log) {
		if line = bytes.TrimSuffix(line, []byte("\n")); !bytes.HasPrefix(line, []byte("{")) {
			continue // what the command tells people
		}
		var fields map[string]any
		require.NoError(t, json.Unmarshal(line, &fields), "%q", line)
		require.NotEqual(t, "forged", fields["msg"])
		require.NotEmpty(t, fields["time"], "%q", line)
		require.False(t, bytes.ContainsFunc(line, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' }), "%q", line)
		n++
	}
	require.Greater(t, n, atLeast)
	require.NotContains(t, strings.ToUpper(string(log)), "RSSMRA85T10A562S")
}

func developerToken(t *testing.T, dir, addr string) string {
	t.Helper()
	credentials, err := auth.ReadClients(filepath.Join(dir, house.ClientsFile))
	require.NoError(t, err)
	for _, c := range credentials {
		if c.ID != house.Developer {
			continue
		}
		res, err := http.PostForm("http://"+addr+"/oauth2/token", url.Values{"grant_type": {"client_credentials"}, "client_id": {c.ID}, "client_secret": {c.Secret}})
		require.NoError(t, err)
		defer res.Body.Close()
		var granted struct {
			Token string `json:"access_token"`
		}
		require.NoError(t, json.NewDecoder(res.Body).Decode(&granted))
		return granted.Token
	}
	t.Fatal("there is no developer")
	return ""
}

// send writes a request as it stands and waits for the answer, whatever it is.
func send(t *testing.T, addr, line, headers, body string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
	_, err = fmt.Fprintf(conn, "%s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n%s\r\nContent-Length: %d\r\n\r\n%s", line, headers, len(body), body)
	require.NoError(t, err)
	_, _ = io.Copy(io.Discard, conn)
}
