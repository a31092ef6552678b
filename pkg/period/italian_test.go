package period_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/period"
)

func TestItalianDays(t *testing.T) {
	t.Parallel()
	for d, want := range map[period.Date][2]string{
		period.Of(2010, 5, 5):   {"5 maggio 2010", "05/05/2010"},
		period.Of(2010, 5, 1):   {"1º maggio 2010", "01/05/2010"},
		period.Of(2009, 1, 31):  {"31 gennaio 2009", "31/01/2009"},
		period.Of(2009, 12, 11): {"11 dicembre 2009", "11/12/2009"},
	} {
		require.Equal(t, want, [2]string{d.Italian(), d.ItalianShort()})
	}
	require.Equal(t, "maggio 2010", period.YearMonth(2010, 5).Italian())
	require.Equal(t, "gennaio", period.ItalianMonth(time.January))
	require.Equal(t, "dicembre", period.ItalianMonth(time.December))
}
