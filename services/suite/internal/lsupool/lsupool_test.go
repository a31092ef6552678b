package lsupool_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"w2w/services/suite/internal/housekit"
	"w2w/services/suite/internal/lsupool"
	"w2w/services/suite/internal/sheets"
)

// TestPool proves the main job: through the gateway, every verdict and figure, and the same again when the import is
// interrupted and started anew.
func TestPool(t *testing.T) {
	t.Parallel()
	book, out, set := housekit.Open(t), t.TempDir(), housekit.Pool
	for _, at := range []int{1, 3192, 6000} {
		interrupted, stop := context.WithCancel(t.Context())
		err := lsupool.Import(interrupted, book, os.DirFS(set.Folder), out, func(done, _ int) {
			if done >= at {
				stop()
			}
		})
		require.ErrorIs(t, err, context.Canceled)
	}
	for range 2 {
		done, total := 0, 0
		require.NoError(t, lsupool.Import(t.Context(), book, os.DirFS(set.Folder), out, func(d, all int) { done, total = d, all }))
		require.Equal(t, total, done)
		set.RequireIn(t, out)
	}
	require.ErrorIs(t, lsupool.Import(t.Context(), book, small(), t.TempDir(), nil), lsupool.ErrOther)
	require.NoError(t, lsupool.Import(t.Context(), book, os.DirFS(set.Folder), out, nil), "nothing has changed")
	set.RequireIn(t, out)
}

// small is a pool in a Region that is none of the nine, and one exit that comes late.
func small() fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"pool.csv": "worker_ref,tax_code,family_name,given_name,gender,birth_date,region,entity_ref,in_pool_since,weekly_hours\n" +
			"W1,YJWXLL59T59F704E,Yojwundu,\"Oxa, bella\",F,1959-12-19,03,E1,1999-01-01,24\n" +
			"W2,YWRGWR86S07H282W,Yuwerdi,Gawrio,M,1986-11-07,03,E1,1999-01-01,\n" +
			"W3,YWRGWR86S07H282W,Yuwerdi,Gawrio,M,1986-11-07,18,E1,1999-01-01,\n",
		"entities.csv":    "entity_ref,name,region,kind\nE1,Comune di Prova,03,COMUNE\n",
		"conventions.csv": "region,year,funds_cents,legal_ref\n03,2010,2000000,Convenzione di prova\n",
		"movements.csv":   "movement_ref,worker_ref,event,effective_on,received_on,cause,to_entity\nM2,W9,RESUME,2010-01-01,2010-01-01,,\nM1,W2,EXIT,2010-01-15,2010-02-11,RINUNCIA,\n",
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

func TestAPoolOfOtherRegions(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	require.NoError(t, lsupool.Import(t.Context(), housekit.Open(t), small(), out, nil))
	read := func(name string) []string {
		raw, err := os.ReadFile(filepath.Join(out, name))
		require.NoError(t, err)
		return strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n")[1:]
	}
	require.Equal(t, []string{"1,W1,ACCEPTED,", "2,W2,ACCEPTED,", "3,W3,REJECTED,REGION_UNKNOWN;WORKER_DUPLICATE"}, read("result_pool.csv"))
	require.Equal(t, []string{"M1,ACCEPTED,", "M2,REJECTED,WORKER_UNKNOWN"}, read("result_movements.csv"))
	require.Equal(t, []string{"03,2010-01,2010-02,M1,2010-02"}, read("result_corrections.csv"))
	reports := read("result_reports.csv")
	require.Len(t, reports, 24)
	require.Equal(t, []string{
		"03,2010-01,AS_CLOSED,2,0,0,0,0,0,0,0,2,2,1,1,1,0,1,0,106624,1893376",
		"03,2010-01,AS_KNOWN_2011-03-31,2,0,0,0,1,0,0,0,1,1,0,1,0,0,1,0,79108,1920892",
		"03,2010-02,AS_CLOSED,2,0,0,0,1,0,0,0,1,1,0,1,0,0,1,0,53312,1840064",
		"03,2010-02,AS_KNOWN_2011-03-31,1,0,0,0,0,0,0,0,1,1,0,1,0,0,1,0,53312,1867580",
	}, reports[:4])
}

func TestFilesThatCantBeAPoolAreRefusedWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, from, to, says string }{
		"a file less":            {"movements.csv", "", "", "movements.csv"},
		"a column less":          {"pool.csv", "gender,", "sex,", "pool.csv, line 1: the column gender is missing"},
		"no convention":          {"conventions.csv", "03,2010,2000000,Convenzione di prova\n", "", "conventions.csv: there is no convention"},
		"a convention twice":     {"conventions.csv", "prova\n", "prova\n03,2010,1,x\n", "line 3, column year: the convention stands already in line 2"},
		"funds in words":         {"conventions.csv", "2000000", "many", "column funds_cents"},
		"no such day of receipt": {"movements.csv", "2010-02-11", "2010-02-30", `line 3, column received_on: "2010-02-30" is not a date`},
		"no text":                {"pool.csv", "Yuwerdi", "\xff", "column family_name: the cell is not UTF-8"},
	} {
		files := small()
		if c.from == "" {
			delete(files, c.file)
		} else {
			changed := strings.ReplaceAll(string(files[c.file].Data), c.from, c.to)
			require.NotEqual(t, string(files[c.file].Data), changed, name)
			files[c.file].Data = []byte(changed)
		}
		err := lsupool.Import(t.Context(), nil, files, t.TempDir(), nil)
		require.ErrorIs(t, err, sheets.ErrInput, name)
		require.ErrorContains(t, err, c.says, name)
	}
}
