package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"w2w/pkg/auth"
	"w2w/services/concessions"
	"w2w/services/lsu"
)

const most = 8 << 20 // bytes of an answer

// answer is what came back from an address.
type answer struct {
	status int
	date   string
	body   string
}

func ask(ctx context.Context, client *http.Client, url string) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return answer{}, err
	}
	res, err := client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, most))
	return answer{res.StatusCode, res.Header.Get("Date"), string(raw)}, err
}

// gateway looks at what the outside sees: key set, clock, the services behind.
func (f *Findings) gateway(ctx context.Context, client *http.Client, base string) {
	base = strings.TrimSuffix(base, "/")
	began := time.Now()
	got, err := ask(ctx, client, base+"/.well-known/jwks.json")
	if err != nil {
		f.failed("gateway", err, "start it, or mend --gateway; its /readyz says why it is not ready")
		return
	}
	if there, err := http.ParseTime(got.date); err == nil {
		f.clock("clock of the gateway", there, began, time.Second+time.Since(began))
	}
	f.keySet(ctx, client, base+"/.well-known/jwks.json")
	for _, service := range []string{concessions.Name, lsu.Name} {
		got, err := ask(ctx, client, base+"/"+service+"/v1/status")
		if err != nil {
			f.failed("route "+service, err, "see the gateway")
			continue
		}
		f.judge(got.status != http.StatusOK, Fail, "route "+service, fmt.Sprintf("answers %d", got.status),
			"see that "+service+" is ready and that W2W_GATEWAY_ROUTES names it")
	}
}

// operators looks at an internal port.
func (f *Findings) operators(ctx context.Context, client *http.Client, base string) {
	base = strings.TrimSuffix(base, "/")
	got, err := ask(ctx, client, base+"/readyz")
	if err != nil {
		f.failed("ready "+base, err, "start the process, or mend the address")
		return
	}
	var problem struct {
		Detail string `json:"detail"`
	}
	_ = json.Unmarshal([]byte(got.body), &problem) // the status tells where there is no problem document
	f.judge(got.status != http.StatusOK, Fail, "ready "+base, strings.TrimSpace(fmt.Sprintf("%d %s", got.status, problem.Detail)), "mend what it says")
	if got, err = ask(ctx, client, base+"/metrics"); err == nil && got.status == http.StatusOK {
		f.followers(got.body)
	}
}

// keySet wants the keys of an issuer to be reachable.
func (f *Findings) keySet(ctx context.Context, client *http.Client, url string) {
	const mend = "see the issuer and the way to it: without its keys its tokens are refused"
	got, err := ask(ctx, client, url)
	if err != nil {
		f.failed("keys at "+url, err, mend)
		return
	}
	var set auth.JWKS
	if err := json.Unmarshal([]byte(got.body), &set); err != nil || got.status != http.StatusOK {
		f.add(Fail, "keys at "+url, fmt.Sprintf("%d, no key set", got.status), mend)
		return
	}
	f.judge(len(set.Keys) == 0, Fail, "keys at "+url, fmt.Sprintf("%d keys", len(set.Keys)), mend)
}
