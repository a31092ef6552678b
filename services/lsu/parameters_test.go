package lsu_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParametersAreReadByAllAndWrittenByTheMinistry(t *testing.T) {
	t.Parallel()
	h := open(t)
	region, ministry := h.as("15", "office"), h.as("*", "ministry")
	require.Equal(t, "ok", region.send(http.MethodGet, "/status", nil).json(t)["status"])
	const key = "asu.monthly_cents"
	require.EqualValues(t, 53312, region.inForce(key, "2010-06-01")["value"])

	set := object{"key": key, "value": 60000, "valid_from": "2010-06-01", "valid_to": "2010-06-30", "legal_ref": "Circ. 1/2010", "act": "DM 1/2010"}
	refused := h.as("15", "office", "pool:read").send(http.MethodPost, "/parameters", set)
	require.Equal(t, []any{http.StatusForbidden, "scope-missing"}, []any{refused.status, refused.code(t)})
	require.EqualValues(t, 53312, region.inForce(key, "2010-06-01")["value"])

	made := ministry.post("/parameters", set)
	require.EqualValues(t, 60000, made["value"])
	for _, place := range []*house{h, h.replica()} {
		require.Equal(t, made["version"], place.as("15", "office").inForce(key, "2010-06-01")["version"])
	}
	require.EqualValues(t, 53312, region.inForce(key, "2010-07-01")["value"])
	require.Equal(t, 1, h.Audited("parameter.%", "parameter/"+key))
	emitted := h.Emitted()
	require.Len(t, emitted, 1)
	require.Equal(t, []string{"it.w2w.lsu.parameter.changed.v1", "*"}, []string{emitted[0].Type, emitted[0].Administration})
}

// inForce is the only value of a parameter on a day.
func (c caller) inForce(key, on string) object {
	c.h.t.Helper()
	items := c.send(http.MethodGet, "/parameters?key="+key+"&on="+on, nil).json(c.h.t)["items"].([]any)
	require.Len(c.h.t, items, 1)
	return items[0].(object)
}
