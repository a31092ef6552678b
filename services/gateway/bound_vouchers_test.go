package gateway_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
)

func TestPDND_VouchersBoundToAKey(t *testing.T) {
	t.Parallel()
	p := newPDND(t)
	h := trusting(t, p, "")
	mine, other := newHolder(h), newHolder(h)
	bound := func(by holder) string {
		public, err := by.key.Public()
		require.NoError(t, err)
		v := p.voucher("portal-lazio", time.Now())
		v.claims.Confirmation = &auth.Confirmation{Thumbprint: public.Thumbprint()}
		return v.sign(t)
	}
	token := bound(mine)
	require.Equal(t, 200, mine.get("DPoP", token, mine.prove(resource(token), time.Now())).status)
	for name, tc := range map[string]struct {
		got    reply
		reason string
	}{
		"as a bearer":   {mine.get("Bearer", token), "cnf"},
		"without proof": {mine.get("DPoP", token), "missing"},
		"another's key": {mine.get("DPoP", token, other.prove(resource(token), time.Now())), "jkt"},
	} {
		requireProblem(t, tc.got, 401, "token-invalid")
		require.Equal(t, tc.reason, tc.got.body["reason"], name)
	}
	h.registry(`update clients set bound = true where id = 'inps'`)
	h.registry(`update clients set purposes = '{` + purpose + `}' where id = 'inps'`)
	got := h.withVoucher(p.voucher("inps", time.Now()).sign(t))
	require.Equal(t, "cnf", got.body["reason"], "the client's policy wants bound vouchers")
}
