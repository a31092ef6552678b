package doctor

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"w2w/pkg/database"
	"w2w/services/suite/internal/house"
)

// Place is where a deployment is; what is empty is not looked at.
type Place struct {
	Database   string   // address for the owner
	Gateway    string   // outside address of the gateway
	Ready      []string // addresses of internal ports, where /readyz and /metrics are
	JWKS       []string // addresses of the key sets of outside issuers
	KeyDir     string   // folder of the gateway's rings
	PersonKeys []string // folders of keysets of persons
	Disk       string   // a folder on the disk of the data
}

const askTimeout = 5 * time.Second

// Examine looks at everything that the place names.
func Examine(ctx context.Context, at Place) Findings {
	var f Findings
	if at.Database != "" {
		f.database(ctx, at.Database)
	}
	f.keys(at)
	client := &http.Client{Timeout: askTimeout}
	if at.Gateway != "" {
		f.gateway(ctx, client, at.Gateway)
	}
	for _, base := range at.Ready {
		f.operators(ctx, client, base)
	}
	for _, url := range at.JWKS {
		f.keySet(ctx, client, url)
	}
	if at.Disk != "" {
		f.disk(at.Disk)
	}
	return f
}

func (f *Findings) database(ctx context.Context, url string) {
	const mend = "start PostgreSQL, or mend --database-url; it must be the owner's"
	server, err := database.Open(ctx, database.Options{URL: url, Schema: "public", MaxConns: 2})
	if err != nil {
		f.failed("database", err, mend)
		return
	}
	defer server.Close()
	if err := server.Ping(ctx); err != nil {
		f.add(Fail, "database", "can't be reached: "+database.Reason(err), mend)
		return
	}
	f.failed("settings", f.settings(ctx, server), mend)
	f.failed("clock of the database", f.databaseClock(ctx, server), mend)
	for _, s := range house.Schemas() {
		f.failed("role "+s.Role(), f.role(ctx, server, s), mend)
		f.failed("schema "+s.Name, f.schema(ctx, url, s), "run w2w migrate")
	}
}

func (f *Findings) schema(ctx context.Context, url string, s house.Schema) error {
	db, err := database.Open(ctx, database.Options{URL: url, Schema: s.Name, MaxConns: 2})
	if err != nil {
		return err
	}
	defer db.Close()
	states, err := db.SchemaStates(ctx, s.Sets...)
	if err != nil {
		return err
	}
	whole := true
	for _, x := range states {
		detail := fmt.Sprintf("version %d, this binary knows %d", x.Have, x.Known)
		if x.Least > x.Known {
			detail += fmt.Sprintf(", it asks for %d", x.Least)
		}
		f.judge(x.Problem() != nil, Fail, "schema "+s.Name+"/"+x.Set, detail, "run w2w migrate of the newer of both versions, or bring the newer binary")
		whole = whole && x.Have > 0
	}
	if !whole {
		return nil // there are no tables to look at
	}
	return f.flow(ctx, db, s)
}
