package period

import (
	"fmt"
	"strconv"
	"time"
)

var italianMonths = [...]string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"}

// ItalianMonth is the name of a month in Italian; its first three letters are what it is shortened to.
func ItalianMonth(m time.Month) string { return italianMonths[m-1] }

// Italian writes the day as an act does: 5 maggio 2010, and 1º maggio 2010.
func (d Date) Italian() string {
	t := d.Time()
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = "1º"
	}
	return fmt.Sprintf("%s %s %d", day, ItalianMonth(t.Month()), t.Year())
}

// ItalianShort writes the day in digits: 05/05/2010.
func (d Date) ItalianShort() string { return d.Time().Format("02/01/2006") }

// Italian writes the month as an act does: maggio 2010.
func (m Month) Italian() string { return fmt.Sprintf("%s %d", ItalianMonth(m.Month()), m.Year()) }
