package lsu_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/testkit"
)

const (
	csvMedia    = "text/csv"
	ndjsonMedia = "application/x-ndjson"
	xlsxMedia   = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

func entity(ref, region string) object {
	return object{"entity_ref": ref, "name": "Comune di " + ref, "region": region, "kind": "COMUNE"}
}

// worker is the n-th worker of a pool, W01 and so on; change may spoil him.
func worker(n int, region, entityRef string, change func(object)) object {
	o := object{"worker_ref": fmt.Sprintf("W%02d", n), "tax_code": testkit.TaxCode(n), "family_name": "Xawu", "given_name": "Yoli",
		"gender": []string{"F", "M"}[n%2], "birth_date": fmt.Sprintf("%d-06-15", 1944+3*(n%12)), "region": region, "entity_ref": entityRef,
		"in_pool_since": "1999-01-06"}
	if change != nil {
		change(o)
	}
	return o
}

// with sets one field.
func with(field string, value any) func(object) { return func(o object) { o[field] = value } }

// smallEntities and smallPool are a registry and its pool: W01 to W07 in Calabria, with E18A and E18B, and W08 to
// W12 in Sicilia, with E19A. W03 has 30 hours of his own.
func smallEntities() []object {
	return []object{entity("E18A", "18"), entity("E18B", "18"), entity("E19A", "19")}
}

func smallPool() []object {
	var out []object
	for n := 1; n <= 12; n++ {
		switch {
		case n == 3:
			out = append(out, worker(n, "18", "E18A", with("weekly_hours", 30)))
		case n <= 4:
			out = append(out, worker(n, "18", "E18A", nil))
		case n <= 7:
			out = append(out, worker(n, "18", "E18B", nil))
		default:
			out = append(out, worker(n, "19", "E19A", nil))
		}
	}
	return out
}

// pooled is a house with the small pool in it.
func (h *house) pooled() *house {
	h.t.Helper()
	h.ministry().accepted("/entity-intakes", smallEntities())
	h.ministry().accepted("/pool-intakes", smallPool())
	return h
}

// ministry keeps the registry, and states a purpose where it looks at people.
func (h *house) ministry() caller { return h.as(auth.AllAdministrations, "ministry") }

// intake uploads a list of items.
func (c caller) intake(path string, list []object) object {
	c.h.t.Helper()
	return c.post(path, object{"items": list})
}

// accepted uploads a list of which every row must be accepted.
func (c caller) accepted(path string, list []object) object {
	c.h.t.Helper()
	x := c.intake(path, list)
	require.EqualValues(c.h.t, len(list), x["intake"].(object)["accepted"], x)
	return x
}

// file uploads a file.
func (c caller) file(path, media, body string) answer {
	c.h.t.Helper()
	return c.send(http.MethodPost, path, []byte(body), "Content-Type", media)
}

// verdicts are those of the rows of an intake: ACCEPTED, UNREAD, or the codes.
func verdicts(judged object) (out []string) {
	rows, ok := judged["rows"].([]any)
	if !ok {
		rows = judged["items"].([]any)
	}
	for _, r := range rows {
		row := r.(object)
		verdict := row["verdict"].(string)
		if verdict == "REJECTED" {
			verdict = ""
			for _, c := range row["codes"].([]any) {
				if verdict != "" {
					verdict += ";"
				}
				verdict += c.(object)["code"].(string)
			}
		}
		out = append(out, verdict)
	}
	return out
}

func intakeOf(judged object) string { return "/intakes/" + judged["intake"].(object)["id"].(string) }

// column reads one column of a query as texts.
func (h *house) column(query string, args ...any) (out []string) {
	h.t.Helper()
	require.NoError(h.t, h.db.Read(context.Background(), auth.AllAdministrations, func(b *pgx.Batch) {
		b.Queue(query, args...).Query(func(rows pgx.Rows) (err error) {
			out, err = pgx.CollectRows(rows, pgx.RowTo[string])
			return err
		})
	}))
	return out
}
