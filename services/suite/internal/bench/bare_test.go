package bench

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/page"
	"w2w/pkg/period"
	"w2w/services/concessions"
)

// bare is what a read could cost at the least: net/http, the check of the token with its cache, the same
// statements in one round trip by pgx, and encoding/json. No contract, no router, no log, no metrics.
type bare struct {
	pool     *pgxpool.Pool
	verifier *auth.Verifier
	query    string
	columns  []string
	args     []any
	list     bool
}

// bare returns the handler for a path; it takes the SQL from what the service sends for it.
func (s *stage) bare(path string) http.Handler {
	cfg, err := pgxpool.ParseConfig(s.service)
	require.NoError(s.b, err)
	cfg.MaxConns, cfg.ConnConfig.RuntimeParams["search_path"] = 20, "concessions,public"
	pool, err := pgxpool.NewWithConfig(context.Background(), cfg)
	require.NoError(s.b, err)
	s.b.Cleanup(pool.Close)
	h := &bare{pool: pool, verifier: auth.NewServiceVerifier(concessions.Name, s.keys, clock.System), list: strings.Contains(path, "?")}
	sent := with(s.b, s.statements(func() string {
		once(s.b, raw(s.b, http.MethodGet, s.inner+api+path, nil, auth.HeaderInternal, s.token(administration)), hostOf(s.b, s.inner), http.StatusOK)
		return "'" + administration + "'"
	}), "from")
	h.query, h.columns = sent.sql, columnsIn(sent.sql)
	for _, p := range sent.params {
		h.args = append(h.args, typed(*p))
	}
	return h
}

var selected = regexp.MustCompile(`(?s)^select (.*?) from `)

// columnsIn names what a query selects.
func columnsIn(sql string) []string {
	list := regexp.MustCompile(`(?i)coalesce\((\w+), ''\)`).ReplaceAllString(selected.FindStringSubmatch(strings.ToLower(sql))[1], "$1")
	var out []string
	for name := range strings.SplitSeq(list, ",") {
		out = append(out, strings.TrimSpace(name))
	}
	return out
}

// typed gives a parameter the type in which the service sends it.
func typed(text string) any {
	if id, err := uuid.Parse(text); err == nil {
		return id
	}
	if at, err := time.Parse("2006-01-02 15:04:05-07", text); err == nil {
		return at
	}
	return text
}

// ServeHTTP implements http.Handler.
func (h *bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	claims, err := h.verifier.Verify(r.Context(), r.Header.Get(auth.HeaderInternal))
	if err != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	found := []bareApplication{}
	batch := &pgx.Batch{}
	batch.Queue("select set_config('w2w.administration', $1, true)", claims.Administration)
	batch.Queue(h.query, h.args...).Query(func(rows pgx.Rows) (err error) {
		for rows.Next() {
			var a bareApplication
			if err := rows.Scan(a.targets(h.columns)...); err != nil {
				return err
			}
			found = append(found, a)
		}
		return rows.Err()
	})
	if err := h.pool.SendBatch(r.Context(), batch).Close(); err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if h.list {
		_ = json.NewEncoder(w).Encode(barePage{found, newest.Cursor(found[len(found)-1])})
		return
	}
	_ = json.NewEncoder(w).Encode(found[0])
}

var newest = page.Newest(func(a bareApplication) (time.Time, uuid.UUID) { return a.CreatedAt, a.ID })

type barePage struct {
	Items []bareApplication `json:"items"`
	Next  string            `json:"next_cursor"`
}

type bareApplication struct {
	AcceptedWorkers int          `json:"accepted_workers"`
	Administration  string       `json:"administration"`
	AgreementDate   *period.Date `json:"agreement_date,omitempty"`
	Ref             string       `json:"application_ref"`
	Codes           []string     `json:"codes"`
	ConcessionType  string       `json:"concession_type"`
	CreatedAt       time.Time    `json:"created_at"`
	Employer        bareEmployer `json:"employer"`
	EstimateCents   int64        `json:"estimate_cents"`
	FiledOn         period.Date  `json:"filed_on"`
	ID              uuid.UUID    `json:"id"`
	Insolvency      bool         `json:"insolvency"`
	Instrument      string       `json:"instrument"`
	LinkedID        *uuid.UUID   `json:"linked_application_id,omitempty"`
	From            period.Date  `json:"period_from"`
	To              period.Date  `json:"period_to"`
	RejectedWorkers int          `json:"rejected_workers"`
	State           string       `json:"state"`
	SuspendedDays   int          `json:"suspended_days"`
	TransferredTo   string       `json:"transferred_to,omitempty"`
	UnreadWorkers   int          `json:"unread_workers"`
	UpdatedAt       time.Time    `json:"updated_at"`
	Verdict         string       `json:"verdict,omitempty"`
	Version         int          `json:"version"`
}

type bareEmployer struct {
	TaxCode     string `json:"tax_code"`
	Name        string `json:"name"`
	Employees   int    `json:"employees"`
	CompanyType string `json:"company_type"`
	ATECO       string `json:"ateco_section"`
	Matricola   string `json:"inps_matricola"`
	Units       []struct {
		Province string `json:"province"`
	} `json:"units"`
}

// targets says where each column goes; what the answer does not show is skipped. A new member of the answer needs
// a line here and above.
func (a *bareApplication) targets(columns []string) []any {
	out := make([]any, len(columns))
	for i, c := range columns {
		out[i] = a.target(c)
	}
	return out
}

func (a *bareApplication) target(column string) any {
	switch column {
	case "id":
		return &a.ID
	case "administration":
		return &a.Administration
	case "ref":
		return &a.Ref
	case "employer":
		return &a.Employer
	case "instrument":
		return &a.Instrument
	case "concession_type":
		return &a.ConcessionType
	case "period_from":
		return &a.From
	case "period_to":
		return &a.To
	case "agreement_date":
		return &a.AgreementDate
	case "filed_on":
		return &a.FiledOn
	case "insolvency":
		return &a.Insolvency
	case "state":
		return &a.State
	case "version":
		return &a.Version
	case "verdict":
		return &a.Verdict
	case "codes":
		return &a.Codes
	case "accepted":
		return &a.AcceptedWorkers
	case "rejected":
		return &a.RejectedWorkers
	case "unread_rows":
		return &a.UnreadWorkers
	case "estimate_cents":
		return &a.EstimateCents
	case "suspended_days":
		return &a.SuspendedDays
	case "linked_id":
		return &a.LinkedID
	case "transferred_to":
		return &a.TransferredTo
	case "created_at":
		return &a.CreatedAt
	case "updated_at":
		return &a.UpdatedAt
	}
	return nil
}
