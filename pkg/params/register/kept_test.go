package register_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/italia"
	"w2w/pkg/params/register"
	"w2w/pkg/period"
)

// TestTheDatabaseKeepsWhatWasRecorded is the last line: the service's own role can't rewrite the past.
func TestTheDatabaseKeepsWhatWasRecorded(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	b, _ := o.opened(share("70", 2009, 2010), share("60", 2011, 0))
	o.ministry(b, share("65", 2010, 2010))
	for name, statement := range map[string]string{
		"another value":         `update parameters set value = '1' where superseded_version is null`,
		"a value while closing": `update parameters set value = '1', superseded_version = 9, superseded_at = now() where superseded_version is null`,
		"opened again":          `update parameters set superseded_version = null, superseded_at = null where superseded_version is not null`,
		"deleted":               `delete from parameters`,
		"two on a day": `insert into parameters (key, value, valid_from, legal_ref, source, version, recorded_at, client, actor)
			values ('share.state_percent', '1', '2015-01-01', 'x', 'x', 9, now(), 'x', 'x')`,
	} {
		require.Error(t, o.db.Update(context.Background(), "*", func(tx *database.Tx) error {
			_, err := tx.Exec(statement)
			return err
		}), name)
	}
	require.Equal(t, 4, o.count("select count(*) from parameters"))
}

// TestAnEarlierJudgementFindsItsRules reads versions that were superseded, and the one in force.
func TestAnEarlierJudgementFindsItsRules(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	b, _ := o.opened(share("70", 2009, 0))
	o.ministry(b, share("65", 2010, 2010))
	o.ministry(b, share("50", 2010, 2010))
	require.NoError(t, b.Refresh(context.Background()))
	for version, want := range map[int64]int64{1: 70, 2: 65, 3: 50} {
		require.NoError(t, o.update(func(tx *database.Tx) error {
			then, err := b.AsOf(tx, version)
			require.Equal(t, version, then.version)
			require.Equal(t, want, percentBy(t, then, 2010))
			require.EqualValues(t, 70, percentBy(t, then, 2011), "what no change touched")
			return err
		}))
	}
	require.EqualValues(t, 50, percent(t, b, 2010))
}

// spans writes values as value, first and last day.
func spans(list []register.Parameter) (out []string) {
	for _, p := range list {
		last := "..."
		if p.ValidTo != nil {
			last = p.ValidTo.String()
		}
		out = append(out, string(p.Value)+" "+p.ValidFrom.String()+" "+last)
	}
	return out
}

func TestValuesAreListedAsTheyHoldAndAsTheyWereKnown(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o := newOffice(t)
	b, _ := o.opened(share("70", 2009, 2011), share("60", 2012, 0))
	before, err := b.List(ctx, register.Filter{})
	require.NoError(t, err)
	require.Equal(t, []string{"70 2009-01-01 2011-12-31", "60 2012-01-01 ..."}, spans(before))
	made := o.ministry(b, share("65", 2010, 0))
	require.Equal(t, "2011-12-31", made.ValidTo.String(), "until the next value that is known")

	day, seen := period.Of(2010, 6, 1), before[0].RecordedAt
	for name, x := range map[string]struct {
		filter register.Filter
		want   []string
	}{
		"all":         {register.Filter{}, []string{"70 2009-01-01 2009-12-31", "65 2010-01-01 2011-12-31", "60 2012-01-01 ..."}},
		"of a prefix": {register.Filter{Prefix: "share.", On: &day}, []string{"65 2010-01-01 2011-12-31"}},
		"as known":    {register.Filter{Key: "share.state_percent", On: &day, RecordedAt: &seen}, []string{"70 2009-01-01 2011-12-31"}},
		"of no key":   {register.Filter{Key: "share."}, nil},
		"of no other": {register.Filter{Prefix: "hare."}, nil},
	} {
		found, err := b.List(ctx, x.filter)
		require.NoError(t, err, name)
		require.Equal(t, x.want, spans(found), name)
	}
	history, err := b.History(ctx, "share.state_percent")
	require.NoError(t, err)
	require.Equal(t, []string{"70 2009-01-01 2011-12-31", "60 2012-01-01 ...", "70 2009-01-01 2009-12-31", "65 2010-01-01 2011-12-31"}, spans(history))
	require.Equal(t, made.Version, *history[0].SupersededVersion)
	_, err = b.History(ctx, "share.percent")
	require.True(t, fault.Is(err, fault.NotFound))
}

// TestAChangeIsToldAndRecordedInTheNameOfTheService also sees that what is refused leaves nothing.
func TestAChangeIsToldAndRecordedInTheNameOfTheService(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	b, _ := o.opened(share("70", 2009, 0))
	o.ministry(b, share("65", 2010, 2010))
	require.ErrorIs(t, o.update(func(tx *database.Tx) error {
		_, err := b.Set(tx, minister, share("101", 2011, 0))
		return err
	}), errCheck)
	require.Equal(t, 1, o.count(`select count(*) from outbox where type = 'it.w2w.desk.parameter.changed.v1' and administration = '*'
		and subject = 'parameter/share.state_percent' and data = '{"key": "share.state_percent", "value": 65, "valid_from": "2010-01-01",
			"valid_to": "2010-12-31", "legal_ref": "Accordo", "source": "DM 7/2026", "version": 2}'`))
	require.Equal(t, 1, o.count("select count(*) from outbox"))
	require.Equal(t, 1, o.count(`select count(*) from audit_records where action = 'parameters.bring' and client = 'desk' and actor = 'desk'`))
	require.Equal(t, 1, o.count(`select count(*) from audit_records where action = 'parameter.change' and client = 'client-1' and actor = 'actor-1'
		and administration = '`+italia.Ministry+`' and subject = 'parameter/share.state_percent'`))
	require.Equal(t, 2, o.count("select count(*) from audit_records"))
}
