package bench

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/period"
)

var (
	poolRegions = []string{"12", "13", "14", "15", "16", "17", "18", "19", "20"}
	exitCauses  = []string{"STABILIZZAZIONE", "PENSIONAMENTO", "DECADENZA", "RINUNCIA", "DECESSO", "FUORIUSCITA_INCENTIVATA"}
	rests       = []string{"MALATTIA", "MATERNITA", "LAVORO_A_TERMINE"}
)

const entitiesOfRegion = 21

// crowd is an invented pool and what happens to it, in rows of CSV: about one row in fifty of the pool is wrong, and
// one movement in fourteen; one movement in five is learned after its month.
type crowd struct {
	dice    *rand.Rand
	number  int // of the crowd: references of no two crowds are the same
	regions []string
	workers [][]string
	pooled  []pooled
}

type pooled struct {
	ref, region string
	suspended   bool
	exited      bool
	last        period.Date
}

func newCrowd(number, workers int, regions ...string) *crowd {
	g := &crowd{dice: rand.New(rand.NewPCG(2010, uint64(number))), number: number, regions: regions}
	for i := range workers {
		w := pooled{ref: fmt.Sprintf("W%03d%06d", number, i), region: regions[g.dice.IntN(len(regions))]}
		code, entity := person(), g.entity(w.region)
		good := false
		switch g.dice.IntN(100) {
		case 0:
			code = code[:15] + "0"
		case 1:
			entity = "E999"
		default:
			good = true
		}
		born := period.Of(1944, 1, 1).AddDays(g.dice.IntN(11_000))
		g.workers = append(g.workers, []string{w.ref, code, "Xawundu", "Yolibella", []string{"F", "M"}[g.dice.IntN(2)], born.String(), w.region, entity, "1999-01-06"})
		if good {
			g.pooled = append(g.pooled, w)
		}
	}
	return g
}

func (g *crowd) entity(region string) string {
	return fmt.Sprintf("E%s%02d", region, g.dice.IntN(entitiesOfRegion))
}

// pool is the list of its workers.
func (g *crowd) pool(t testing.TB) []byte { return list(t, poolColumns, g.workers) }

var (
	poolColumns     = []string{"worker_ref", "tax_code", "family_name", "given_name", "gender", "birth_date", "region", "entity_ref", "in_pool_since"}
	movementColumns = []string{"movement_ref", "worker_ref", "event", "effective_on", "received_on", "cause", "to_entity"}
)

// move is a list of so many movements that are received in a month, in the order of receipt.
func (g *crowd) move(t testing.TB, month period.Month, count int) []byte {
	t.Helper()
	var rows [][]string
	for i := range count {
		received := month.First().AddDays(5 + 20*i/count)
		w := g.someone()
		effective := max(w.last, received.AddDays(-g.dice.IntN(4)), period.Of(2010, 1, 1))
		if g.dice.IntN(5) == 0 {
			effective = max(w.last, received.AddDays(-20-g.dice.IntN(20)), period.Of(2010, 1, 1))
		}
		row := []string{fmt.Sprintf("M%03d%04d%06d", g.number, int(month)%10_000, i), w.ref, "", effective.String(), received.String(), "", ""}
		g.event(w, row, effective)
		rows = append(rows, row)
	}
	return list(t, movementColumns, rows)
}

// someone is a worker who has not left.
func (g *crowd) someone() *pooled {
	for {
		if w := &g.pooled[g.dice.IntN(len(g.pooled))]; !w.exited {
			return w
		}
	}
}

// event fills in what happens to a worker: mostly what can, for one in fourteen something that can't.
func (g *crowd) event(w *pooled, row []string, effective period.Date) {
	if g.dice.IntN(16) == 0 {
		row[1], row[2] = fmt.Sprintf("X%06d", g.dice.IntN(1_000_000)), "RESUME"
		return
	}
	w.last = effective
	switch kind := g.dice.IntN(10); {
	case kind == 0:
		row[2], row[6] = "TRANSFER", g.entity(w.region)
	case kind == 1:
		row[2], row[5], w.exited = "EXIT", exitCauses[g.dice.IntN(len(exitCauses))], true
	case w.suspended:
		row[2], w.suspended = "RESUME", false
	default:
		row[2], row[5], w.suspended = "SUSPEND", rests[g.dice.IntN(len(rests))], true
	}
}

// registry is the list of all host entities.
func registry(t testing.TB) []byte {
	var rows [][]string
	for _, region := range poolRegions {
		for i := range entitiesOfRegion {
			rows = append(rows, []string{fmt.Sprintf("E%s%02d", region, i), "Comune Xe" + strconv.Itoa(i), region, "COMUNE"})
		}
	}
	return list(t, []string{"entity_ref", "name", "region", "kind"}, rows)
}

func list(t testing.TB, header []string, rows [][]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	require.NoError(t, w.Write(header))
	require.NoError(t, w.WriteAll(rows))
	return out.Bytes()
}
