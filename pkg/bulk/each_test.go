package bulk_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/bulk"
)

var errEnough = errors.New("enough")

func TestWhoTakesRecordsEndsTheReading(t *testing.T) {
	t.Parallel()
	for media, body := range map[string][]byte{
		bulk.MediaCSV:    []byte("name,pay,did\nA,1,true\nB,2,true\nC,3,true\n"),
		bulk.MediaNDJSON: []byte(`{"name":"A"}` + "\n" + `{"name":"B"}` + "\n" + `{"name":"C"}`),
		bulk.MediaXLSX:   written(t, bulk.MediaXLSX, []string{"name", "pay", "did"}, []any{"A", 1, "true"}, []any{"B", 2, "true"}, []any{"C", 3, "true"}),
	} {
		var taken []string
		err := form.Each(media, body, func(r bulk.Record) error {
			if taken = append(taken, r.Values["name"]); len(taken) == 2 {
				return errEnough
			}
			return nil
		})
		require.ErrorIs(t, err, errEnough, media)
		require.Equal(t, []string{"A", "B"}, taken, media)
	}
}
