package inps

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"

	"w2w/pkg/period"
	"w2w/services/suite/internal/portal"
)

const poolAPI = "/lsu/v1"

// What the simulator gets wrong for the pool, so that there are differences to find: every so many workers it forgets
// one, and pays another one less.
const (
	forgotten  = 97
	shortPaid  = 61
	shortCents = 500
)

// allowance is what is due to a worker of the pool for a month.
type allowance struct {
	Worker string `json:"worker_ref"`
	Due    int64  `json:"due_cents"`
}

// PayPool reports as paid what the closings of a month say is due, over all Regions that have closed it, and returns
// how many payments were accepted. The keys follow from the month: reported again, nothing changes.
func PayPool(ctx context.Context, client *portal.Client, month period.Month) (paid int, err error) {
	var closed struct {
		Items []struct {
			Region string       `json:"region"`
			Month  period.Month `json:"month"`
		} `json:"items"`
	}
	at := fmt.Sprintf("%s/months?year=%d&state=CLOSED", poolAPI, month.Year())
	if err := client.Do(ctx, portal.Call{Method: http.MethodGet, Path: at, Into: &closed}); err != nil {
		return 0, err
	}
	var due []allowance
	for _, m := range closed.Items {
		if m.Month != month {
			continue
		}
		var list struct {
			Items []allowance `json:"items"`
		}
		at := fmt.Sprintf("%s/regions/%s/months/%s/allowances", poolAPI, m.Region, month)
		if err := client.Do(ctx, portal.Call{Method: http.MethodGet, Path: at, Into: &list}); err != nil {
			return 0, err
		}
		due = append(due, list.Items...)
	}
	return report(ctx, client, month, due)
}

func report(ctx context.Context, client *portal.Client, month period.Month, due []allowance) (int, error) {
	list, err := payments(month, due)
	if err != nil {
		return 0, err
	}
	var answer struct {
		Intake struct {
			Accepted int `json:"accepted"`
		} `json:"intake"`
	}
	err = client.Do(ctx, portal.Call{Method: http.MethodPost, Path: poolAPI + "/payment-intakes", Key: "pool-payments-" + month.String(),
		Body: portal.File{Media: "text/csv", Data: list}, Into: &answer})
	return answer.Intake.Accepted, err
}

// payments is the list of a month, paid on the 20th of the next one and reported the day after.
func payments(month period.Month, due []allowance) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"payment_ref", "worker_ref", "month", "paid_cents", "paid_on", "reported_on"}}
	on := (month + 1).First() + 19
	for i, a := range due {
		if i%forgotten == forgotten-1 {
			continue
		}
		if i%shortPaid == shortPaid-1 {
			a.Due -= min(shortCents, a.Due)
		}
		if a.Due > 0 {
			rows = append(rows, []string{"P" + month.String() + "-" + a.Worker, a.Worker, month.String(), strconv.FormatInt(a.Due, 10), on.String(), (on + 1).String()})
		}
	}
	err := w.WriteAll(rows)
	return b.Bytes(), err
}
