package apitest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap/zapcore"
)

// Sealed is one sealed value: the column in which it is, the condition that finds its row, and what shows it.
type Sealed struct {
	Table, Column string
	Row           string
	Others        map[string]string // conditions of other rows, by what they are
	Show          []func() Answer
	Told          string // by the log, of one that does not open
}

// RequireFailsClosed puts the values of other rows in the place of one, cuts it off and changes one bit of it: it is
// never shown, the answer is 500, and the log tells of it without a name.
func (e *Ear) RequireFailsClosed(t testing.TB, x Sealed) {
	t.Helper()
	h := e.house
	whole := make([]string, len(x.Show))
	for i, show := range x.Show {
		a := show()
		require.Equal(t, http.StatusOK, a.Status, string(a.Raw))
		whole[i] = string(a.Raw)
	}
	h.AsOwner("create table kept as select * from " + x.Table)
	defer h.AsOwner("drop table kept")
	spoilt := map[string]string{"with one bit changed": fmt.Sprintf("set_bit(%[1]s, 300, 1 - get_bit(%[1]s, 300))", x.Column),
		"cut off": "substr(" + x.Column + ", 1, 4)", "of nobody": "''"}
	for name, condition := range x.Others {
		spoilt["of "+name] = fmt.Sprintf("(select %s from kept where %s)", x.Column, condition)
	}
	for _, name := range slices.Sorted(maps.Keys(spoilt)) {
		require.EqualValues(t, 1, h.AsOwner(fmt.Sprintf("update %s set %s = %s where %s", x.Table, x.Column, spoilt[name], x.Row)), name)
		e.requireClosed(t, x, name)
		require.EqualValues(t, 1, h.AsOwner(fmt.Sprintf("update %s set %s = (select %[2]s from kept where %[3]s) where %[3]s", x.Table, x.Column, x.Row)))
	}
	for i, show := range x.Show {
		require.Equal(t, whole[i], string(show().Raw))
	}
}

func (e *Ear) requireClosed(t testing.TB, x Sealed, name string) {
	t.Helper()
	e.Logs.TakeAll()
	for _, show := range x.Show {
		a := show()
		require.Equal(t, []any{http.StatusInternalServerError, "internal"}, []any{a.Status, JSON(t, a.Raw)["code"]}, name)
		require.NotRegexp(t, e.house.service.Person(), string(a.Raw), name)
		told := e.Logs.FilterLevelExact(zapcore.ErrorLevel).TakeAll()
		require.Len(t, told, 1, name)
		require.Contains(t, fmt.Sprint(told[0].ContextMap()), x.Told, name)
		require.NotRegexp(t, e.house.service.Person(), told[0].Message+fmt.Sprint(told[0].ContextMap()), name)
		e.Logs.TakeAll()
	}
}
