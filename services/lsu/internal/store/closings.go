package store

import (
	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
)

// The months that there may be.
var (
	firstMonth = period.YearMonth(1990, 1)
	lastMonth  = period.YearMonth(2100, 12)
)

// closings are the closed months of Regions, each with the version of the parameters by which it was counted.
type closings map[string]map[period.Month]int64

const selectClosings = `select administration, month, rules_version from reports where ($1 = '' or administration = $1) and month between $2 and $3`

// queue asks for the closed months of a Region, or of all that the caller sees.
func (c closings) queue(q database.Queuer, region string, from, to period.Month) {
	q.Queue(selectClosings, region, from, to).Query(database.Each(func(r pgx.Rows) error {
		var of string
		var month period.Month
		var version int64
		err := r.Scan(&of, &month, &version)
		if c[of] == nil {
			c[of] = map[period.Month]int64{}
		}
		c[of][month] = version
		return err
	}))
}

// counted are the rules by which the closed months of several Regions were counted.
func (d *Desk) counted(tx *database.Tx, closed closings) (domain.Counted, error) {
	out := domain.Counted{}
	for region, months := range closed {
		rules, err := d.rulesOf(tx, months)
		if err != nil {
			return nil, err
		}
		out[region] = rules
	}
	return out, nil
}

// rulesOf are the rules by which closed months were counted: what was due then does not change with the parameters.
func (d *Desk) rulesOf(tx *database.Tx, closed map[period.Month]int64) (map[period.Month]domain.Rules, error) {
	out, known := map[period.Month]domain.Rules{}, map[int64]domain.Rules{}
	for month, version := range closed {
		rules, ok := known[version]
		if !ok {
			var err error
			if rules, err = d.book.AsOf(tx, version); err != nil {
				return nil, err
			}
			known[version] = rules
		}
		out[month] = rules
	}
	return out, nil
}
