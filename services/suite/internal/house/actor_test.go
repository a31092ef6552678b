package house_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
)

const filing = `{"application_ref": "ACTOR-1", "instrument": "CIG_DEROGA", "concession_type": "I_CONCESSIONE", "submit": true,
"period_from": "2012-09-03", "period_to": "2012-09-28", "agreement_date": "2012-08-27",
"employer": {"tax_code": "10175233260", "name": "Molino Yaxo S.r.l.", "employees": 41, "ateco_section": "C",
  "company_type": "INDUSTRIALE_OLTRE_15", "inps_matricola": "9496322419", "units": [{"province": "LC"}]},
"workers": [{"tax_code": "YJWXLL59T59F704E", "family_name": "Yojwundu", "given_name": "Oxabella", "did": true,
  "qualification": "QUADRO", "contract": "TEMPO_INDETERMINATO", "weekly_hours": 36, "hired_on": "1988-11-27",
  "monthly_gross_pay_cents": 273958, "hours_requested": 84, "prior_hours_used": 0}]}`

// TestTheEndUserBehindAPortalIsRecorded follows the pseudonym from the portal into the service's transitions and
// audit records, in every column that names who acted.
func TestTheEndUserBehindAPortalIsRecorded(t *testing.T) {
	t.Parallel()
	a := openApart(t)
	token, err := a.token()
	require.NoError(t, err)
	send := func(actor, path, match, body string) map[string]any {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.url+"/concessions/v1"+path, bytes.NewBufferString(body))
		require.NoError(t, err)
		for name, value := range map[string]string{"Authorization": "Bearer " + token, "Idempotency-Key": "k" + path, "If-Match": match,
			"Content-Type": "application/json", "X-Actor": actor} {
			r.Header.Set(name, value)
		}
		res, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		defer res.Body.Close()
		var got map[string]any
		require.NoError(t, json.NewDecoder(res.Body).Decode(&got))
		require.Less(t, res.StatusCode, 300, "%v", got)
		return got
	}
	filed := send("u_7", "/applications", "", filing)["application"].(map[string]any)
	send("u_8", fmt.Sprintf("/applications/%s/transitions", filed["id"]), fmt.Sprintf("%q", fmt.Sprint(filed["version"])), `{"event": "RINUNCIA", "reason": "no need"}`)
	require.Equal(t, map[string]int{"u_7": 2, "u_8": 2}, actors(t, a.concessions))
}

// actors counts transitions and audit records by who acted.
func actors(t *testing.T, db *database.DB) map[string]int {
	t.Helper()
	out := map[string]int{}
	require.NoError(t, db.Read(t.Context(), "*", func(b *pgx.Batch) {
		b.Queue(`select actor from transitions where client = 'portal' union all select actor from audit_records where client = 'portal'`).Query(func(rows pgx.Rows) error {
			found, err := pgx.CollectRows(rows, pgx.RowTo[string])
			for _, actor := range found {
				out[actor]++
			}
			return err
		})
	}))
	return out
}
