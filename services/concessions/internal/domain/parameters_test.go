package domain

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/fault"
	"w2w/pkg/italia"
	"w2w/pkg/params"
	"w2w/pkg/period"
	files "w2w/services/concessions/params"
)

func fileRows(t *testing.T) []params.Row {
	t.Helper()
	rows, err := params.Files(files.Files)
	require.NoError(t, err)
	return rows
}

func TestTheFilesStateEveryParameterAndNoOther(t *testing.T) {
	t.Parallel()
	stated := map[string]bool{}
	for _, r := range fileRows(t) {
		require.NoError(t, CheckParameter(r), r.Key)
		require.NotContains(t, r.LegalRef, "da citare")
		stated[r.Key] = true
	}
	for key := range catalogue {
		require.True(t, stated[key], "no file states %s", key)
	}
	require.Len(t, stated, len(catalogue))
}

// noting remembers which keys are read.
type noting struct {
	params.Set
	keys map[string]bool
}

func (n noting) Int(key string, on period.Date) (int64, bool) {
	n.keys[key] = true
	return n.Set.Int(key, on)
}

func (n noting) Bool(key string, on period.Date) (bool, bool) {
	n.keys[key] = true
	return n.Set.Bool(key, on)
}

func (n noting) LegalRef(key string, on period.Date) string {
	n.keys[key] = true
	return n.Set.LegalRef(key, on)
}

func TestEveryKeyThatTheRulesReadIsKnown(t *testing.T) {
	t.Parallel()
	set, err := params.NewSet(fileRows(t))
	require.NoError(t, err)
	atlas, err := italia.Load()
	require.NoError(t, err)
	read := noting{set, map[string]bool{}}
	r := NewRules(read, atlas)
	on := period.Of(2010, 3, 20)
	for _, i := range []Instrument{CIGDeroga, CIGSDeroga, MobilitaDeroga} {
		for _, c := range []ConcessionType{FirstConcession, FirstExtension, SecondExtension, LaterExtension} {
			terms := plainTerms()
			terms.Instrument, terms.ConcessionType, terms.FiledOn = i, c, on
			require.NoError(t, JudgeRows(terms, []Worker{plainWorker()}, r))
			_, err := JudgeApplication(terms, 0, r)
			require.NoError(t, err)
			_, err = Explain(terms, Worker{WeeklyHours: 40}, r)
			require.NoError(t, err)
		}
	}
	_, err = r.StatePercent(on)
	require.NoError(t, err)
	_, err = r.refusableFrom(on)
	require.NoError(t, err)
	_, err = r.Publication(period.Of(2014, 1, 1))
	require.NoError(t, err)
	_, err = r.Publication(on)
	require.True(t, fault.Is(err, fault.RuleViolated), "before the law of transparency")
	require.True(t, r.ForbidOverlaps(on))
	for key := range read.keys {
		require.Contains(t, catalogue, key)
	}
	for key := range catalogue { // some are only stated; a switch is read when its code is found
		stated := slices.ContainsFunc([]string{"net_cents", "asu.", "advance.", "plafond.", "rule."}, func(s string) bool { return strings.Contains(key, s) })
		require.True(t, stated || read.keys[key], "%s is never read", key)
	}
}

// TestNoKeyIsMisspelt looks for keys in the source: each is a parameter, or the beginning of one.
func TestNoKeyIsMisspelt(t *testing.T) {
	t.Parallel()
	literal := regexp.MustCompile(`"((?:cap|asu|benefit|reduction|seniority|filing|competence|refusal|advance|company|share|plafond|publication|rule)\.[A-Za-z_.]*)"`)
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	found := 0
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || name == "parameters.go" {
			continue
		}
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, m := range literal.FindAllStringSubmatch(string(text), -1) {
			found++
			known := false
			for key := range catalogue {
				known = known || strings.HasPrefix(key, m[1])
			}
			require.True(t, known, "%s reads %s", name, m[1])
		}
	}
	require.Greater(t, found, 10)
}

func TestEachCodeHasItsSwitch(t *testing.T) {
	t.Parallel()
	codes := 0
	for key := range catalogue {
		if code, ok := strings.CutPrefix(key, "rule."); ok {
			code = strings.TrimSuffix(code, ".enabled")
			require.NotEmpty(t, rowReasons[RowCode(code)].Field+appReasons[AppCode(code)].Field, code)
			codes++
		}
	}
	require.Equal(t, len(rowReasons)+len(appReasons), codes)
}

func TestWhatAParameterDoesNotTake(t *testing.T) {
	t.Parallel()
	day := func(y int) *period.Date { d := period.Of(y, 6, 1); return &d }
	for name, c := range map[string]struct {
		key, value string
		from, to   *period.Date
		pointer    string
	}{
		"a share":                 {"share.state_percent", "60", day(2015), nil, ""},
		"a switch":                {"rule.NO_DID.enabled", "false", day(2015), day(2015), ""},
		"an unknown key":          {"share.percent", "60", day(2015), nil, "/key"},
		"half a percent":          {"share.state_percent", "60.5", day(2015), nil, "/value"},
		"a percent as text":       {"share.state_percent", `"60"`, day(2015), nil, "/value"},
		"nothing":                 {"share.state_percent", "null", day(2015), nil, "/value"},
		"more than all":           {"share.state_percent", "101", day(2015), nil, "/value"},
		"a debt":                  {"cap.low_cents", "-1", day(2015), nil, "/value"},
		"a month of 100,000 euro": {"cap.low_cents", "10000000", day(2015), nil, "/value"},
		"a switch of 1":           {"rule.NO_DID.enabled", "1", day(2015), nil, "/value"},
		"a share of true":         {"share.state_percent", "true", day(2015), nil, "/value"},
		"before the euro":         {"share.state_percent", "60", day(1990), nil, "/valid_from"},
		"in a far century":        {"share.state_percent", "60", day(2101), nil, "/valid_from"},
		"backwards":               {"share.state_percent", "60", day(2015), day(2014), "/valid_to"},
		"until a far century":     {"share.state_percent", "60", day(2015), day(2101), "/valid_to"},
	} {
		err := CheckParameter(params.Row{Key: c.key, Value: json.RawMessage(c.value), ValidFrom: *c.from, ValidTo: c.to})
		if c.pointer == "" {
			require.NoError(t, err, name)
			continue
		}
		require.True(t, fault.Is(err, fault.RuleViolated), name)
		require.Len(t, fault.As(err).Fields, 1, name)
		require.Equal(t, c.pointer, fault.As(err).Fields[0].Pointer, name)
	}
}
