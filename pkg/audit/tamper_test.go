package audit_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"w2w/pkg/audit"
)

// TestAudit_Tamper is row 41 of the catalogue, against the database: what the owner of the tables may try.
func TestAudit_Tamper(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		statements string
		position   int64
		reason     string
	}{
		"edited":              {"update audit.audit_records set actor = 'other' where id = 7", 7, "changed"},
		"detail edited":       {`update audit.audit_records set detail = '{"n": 7}' where id = 7`, 7, "changed"},
		"date moved":          {"update audit.audit_records set at = at + interval '1 microsecond' where id = 7", 7, "changed"},
		"deleted":             {"delete from audit.audit_records where id = 7", 7, "deleted"},
		"first deleted":       {"delete from audit.audit_records where id = 1", 1, "deleted"},
		"reordered":           {"update audit.audit_chain set record_id = -1 where record_id = 7; update audit.audit_chain set record_id = 7 where record_id = 8; update audit.audit_chain set record_id = 8 where record_id = -1", 7, "moved"},
		"link cut out":        {"delete from audit.audit_chain where record_id = 7", 7, "link is missing"},
		"record and link":     {"delete from audit.audit_chain where record_id = 7; delete from audit.audit_records where id = 7; update audit.audit_chain set position = position - 1 where position > 7", 7, "changed"},
		"tail of the records": {"delete from audit.audit_records where id > 8", 9, "deleted"},
		"added behind":        {"insert into audit.audit_records (xid, action, subject, administration, client, actor, purpose, txn, detail) select xid, action, subject, administration, client, actor, purpose, txn, detail from audit.audit_records where id = 2", 10, "added behind"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := open(t, 10)
			j.seal(t, 10)
			j.tamper(t, c.statements)
			_, _, err := j.verify()
			var broken *audit.Broken
			require.ErrorAs(t, err, &broken)
			require.Equal(t, c.position, broken.Position)
			require.Contains(t, broken.Reason, c.reason)
		})
	}
}

// A chain that was cut or written anew holds in itself: only a checkpoint kept elsewhere shows it.
func TestACheckpointElsewhereShowsWhatTheChainCant(t *testing.T) {
	t.Parallel()
	const cut = "delete from audit.audit_chain where position > 8; delete from audit.audit_records where id > 8"
	for name, c := range map[string]struct {
		statements string
		sealAgain  int
		position   int64
		reason     string
	}{
		"tail cut":      {cut, 0, 9, "tail is cut"},
		"cut and grown": {cut, 2, 10, "written anew"},
		"written anew":  {"update audit.audit_records set actor = 'other' where id = 3; truncate audit.audit_chain", 10, 10, "written anew"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := open(t, 10)
			known := j.seal(t, 10)
			j.tamper(t, c.statements)
			for n := range c.sealAgain % 10 {
				require.NoError(t, j.append(n))
			}
			j.seal(t, c.sealAgain)
			_, _, err := j.verify()
			require.NoError(t, err)
			_, _, err = j.verify(known)
			var broken *audit.Broken
			require.ErrorAs(t, err, &broken)
			require.Equal(t, c.position, broken.Position)
			require.Contains(t, broken.Reason, c.reason)
		})
	}
}

func exported(t *testing.T, records int) (string, audit.Checkpoint) {
	t.Helper()
	j := open(t, records)
	sealed := j.seal(t, records)
	var out bytes.Buffer
	head, err := audit.Export(context.Background(), j.db, &out)
	require.NoError(t, err)
	require.Equal(t, sealed, head)
	return out.String(), head
}

func TestAnExportIsVerifiedWithoutTheDatabase(t *testing.T) {
	t.Parallel()
	text, head := exported(t, 10)
	got, err := audit.VerifyStream(strings.NewReader(text), head)
	require.NoError(t, err)
	require.Equal(t, head, got)

	lines := strings.SplitAfter(text, "\n")[:10]
	swapped := append([]string{}, lines...)
	swapped[6], swapped[7] = swapped[7], swapped[6]
	for name, c := range map[string]struct {
		text     string
		known    []audit.Checkpoint
		position int64
	}{
		"edited":        {strings.Replace(text, "thing/6", "thing/5", 1), nil, 7},
		"deleted":       {strings.Join(append(append([]string{}, lines[:6]...), lines[7:]...), ""), nil, 7},
		"reordered":     {strings.Join(swapped, ""), nil, 7},
		"tail cut":      {strings.Join(lines[:8], ""), []audit.Checkpoint{head}, 9},
		"half a line":   {text[:len(text)-20], nil, 10},
		"a second key":  {strings.Replace(text, `{"position":7,`, `{"position":7,"position":7,`, 1), nil, 7},
		"a foreign key": {strings.Replace(text, `{"position":7,`, `{"position":7,"x":1,`, 1), nil, 7},
	} {
		_, err := audit.VerifyStream(strings.NewReader(c.text), c.known...)
		var broken *audit.Broken
		require.ErrorAs(t, err, &broken, name)
		require.Equal(t, c.position, broken.Position, name)
	}
}

// No single changed bit of a record goes unnoticed; one that leaves the records as they were (the case of a
// hexadecimal digit, a blank for a line's end) may pass, but then the head is the same.
func TestAnyChangedBitIsFound(t *testing.T) {
	t.Parallel()
	text, head := exported(t, 4)
	rapid.Check(t, func(rt *rapid.T) {
		changed := []byte(text)
		at := rapid.IntRange(0, len(changed)-1).Draw(rt, "at")
		changed[at] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
		got, err := audit.VerifyStream(bytes.NewReader(changed), head)
		if recordsOf(string(changed)) == recordsOf(text) && err == nil {
			require.Equal(rt, head, got, "what was verified is unchanged")
			return
		}
		require.Error(rt, err)
	})
}

// recordsOf is the part of an export that holds what happened.
func recordsOf(text string) string {
	out := ""
	for _, line := range strings.Split(text, "\n") {
		_, record, _ := strings.Cut(line, `"record":`)
		out += record + "\n"
	}
	return out
}

func TestABrokenChainIsNotExported(t *testing.T) {
	t.Parallel()
	j := open(t, 3)
	j.seal(t, 3)
	j.tamper(t, "update audit.audit_records set actor = 'other' where id = 2")
	head, err := audit.Export(context.Background(), j.db, &bytes.Buffer{})
	require.ErrorContains(t, err, "position 2, record 2")
	require.EqualValues(t, 1, head.Position)
}

func TestParseCheckpointRefuses(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "7", "7:zz", "7:00", "0:" + strings.Repeat("00", 32), "x:" + strings.Repeat("00", 32)} {
		_, err := audit.ParseCheckpoint(bad)
		require.Error(t, err, bad)
	}
}
