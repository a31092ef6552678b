package domain

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"w2w/pkg/fault"
	"w2w/pkg/period"
)

// lines makes entries that ask for these rows; a negative number is one that could not be read.
func lines(rows ...int) (out []Entry) {
	for i, row := range rows {
		e := Entry{Row: max(row, -row), Line: i + 1, Worker: &Worker{Qualification: "new"}}
		if row < 0 {
			e.Worker = nil
		}
		out = append(out, e)
	}
	return out
}

func numbers(l List) (read, unread []int) {
	for _, w := range l.Workers {
		read = append(read, w.Row)
	}
	for _, u := range l.Unread {
		unread = append(unread, u.Row)
	}
	return read, unread
}

func TestLinesFindTheirRows(t *testing.T) {
	t.Parallel()
	old := List{Workers: []Worker{{Row: 2}, {Row: 5}}, Unread: []Unread{{Row: 7}}}
	for name, c := range map[string]struct {
		list         List
		sent         []Entry
		read, unread []int
	}{
		"a new list":                    {List{}, lines(0, 0, 0), []int{1, 2, 3}, nil},
		"numbers with gaps":             {List{}, lines(9, 0, 4), []int{4, 9, 10}, nil},
		"beside what is there":          {old, lines(0, 0), []int{2, 5, 8, 9}, []int{7}},
		"in place of it":                {old, lines(5, 7), []int{2, 5, 7}, nil},
		"what can't be read takes over": {old, lines(-5), []int{2}, []int{5, 7}},
		"a number twice":                {old, lines(5, 5), []int{2, 5}, []int{7, 8}},
		"a number three times, no last": {List{}, lines(1, 1, 1, 0), []int{1, 4}, []int{2, 3}},
	} {
		before := slices.Clone(c.sent)
		merged, err := c.list.Merge(c.list.Number(c.sent))
		require.NoError(t, err, name)
		read, unread := numbers(merged)
		require.Equal(t, [][]int{c.read, c.unread}, [][]int{read, unread}, name)
		require.Equal(t, before, c.sent, "%s: what was sent stays as it is, so that a second attempt finds the same", name)
	}
	_, err := List{}.Merge(List{}.Number(lines(MaxRows)))
	require.NoError(t, err)
	_, err = List{}.Merge(List{}.Number(lines(MaxRows, 0)))
	require.True(t, fault.Is(err, fault.RuleViolated))
	require.NoError(t, OnceEach(lines(0, 0, 1, 2), "/items"))
	require.Equal(t, "/items/3/row", fault.As(OnceEach(lines(0, 0, 2, 2), "/items")).Fields[0].Pointer)
}

// TestNoLineIsLost: whatever is sent, each line is a row of its own, or took the place of the one it named.
func TestNoLineIsLost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.IntRange(-12, 12)
		list, err := List{}.Merge(List{}.Number(lines(rapid.SliceOf(row).Draw(t, "first")...)))
		require.NoError(t, err)
		had, hadUnread := numbers(list)
		sent := lines(rapid.SliceOf(row).Draw(t, "second")...)
		merged, err := list.Merge(list.Number(sent))
		require.NoError(t, err)
		read, unread := numbers(merged)
		all := slices.Concat(read, unread)
		slices.Sort(all)
		require.Equal(t, all, slices.Compact(slices.Clone(all)), "a number twice")
		named := map[int]bool{}
		for _, e := range sent {
			named[e.Row] = e.Row != 0
		}
		kept := 0
		for _, row := range slices.Concat(had, hadUnread) {
			if !named[row] {
				require.Contains(t, all, row)
				kept++
			}
		}
		require.Len(t, all, kept+len(sent))
	})
}

func TestOverlapsAreForbiddenWhileTheRuleIsOn(t *testing.T) {
	t.Parallel()
	require.True(t, rules(t).ForbidOverlaps(period.Of(2010, 4, 5)))
	require.False(t, rules(t).ForbidOverlaps(period.Of(2008, 12, 31)))
}
