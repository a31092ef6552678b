package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit"
)

const (
	guide  = "../../../../docs/regioni"
	ending = "--- end of a block of the guide ---"
	gap    = "…" // stands for anything in what the guide shows
)

// guidePages are the pages of the guide in the order in which they are read.
var guidePages = []string{"README", "token", "istanza", "seguire", "esportazioni", "bacino", "errori"}

// block is what the guide has a reader type, and what it says will be seen.
type block struct{ page, commands, kind, shown string }

var fenced = regexp.MustCompile("(?ms)^```(sh|json|text)\n(.*?)^```$")

// guideBlocks reads the commands of all pages with the outputs that follow them.
func guideBlocks(t *testing.T) (all []block) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(guide, "*.md"))
	require.NoError(t, err)
	require.Len(t, files, len(guidePages), "a page is not tested")
	for _, page := range guidePages {
		text, err := os.ReadFile(filepath.Join(guide, page+".md"))
		require.NoError(t, err)
		for _, m := range fenced.FindAllStringSubmatch(string(text), -1) {
			if m[1] == "sh" {
				all = append(all, block{page: page, commands: m[2]})
				continue
			}
			last := &all[len(all)-1]
			require.Empty(t, last.kind, "%s: two outputs for %s", page, last.commands)
			last.kind, last.shown = m[1], m[2]
		}
	}
	return all
}

// TestTheGuideOfThePortalsTellsTheTruth types the commands of docs/regioni into one shell, as a portal's developer
// would, and compares what they answer with what the guide shows. What it does not show must say nothing.
func TestTheGuideOfThePortalsTellsTheTruth(t *testing.T) {
	t.Parallel()
	requireTools(t, "bash", "curl", "openssl")
	dir, addr := folder(t), testkit.FreeAddress(t)
	house := runHouseAt(t, filepath.Join(dir, ".w2w"), addr).ready(addr)
	house.says("Stop with")
	blocks := guideBlocks(t)
	require.Greater(t, len(blocks), 25)

	script := "set -eo pipefail\n"
	for _, b := range blocks {
		script += b.commands + "echo '" + ending + "'\n"
	}
	shell := exec.CommandContext(t.Context(), "bash", "-c", strings.ReplaceAll(script, "127.0.0.1:8080", addr))
	shell.Dir, shell.Env = dir, append(os.Environ(), "TMPDIR="+dir)
	out, failed := shell.CombinedOutput()
	answers := strings.Split(string(out), ending+"\n")
	for i, b := range blocks[:min(len(answers), len(blocks))] {
		require.True(t, b.matches(answers[i]), "%s.md:\n%s\nanswers\n%s\nand not\n%s", b.page, b.commands, answers[i], b.shown)
	}
	require.NoError(t, failed)
	house.stops(syscall.SIGTERM)
}

func (b block) matches(answer string) bool {
	if b.kind != "json" {
		return likeText(strings.TrimSpace(b.shown), strings.TrimSpace(answer))
	}
	var shown, got any
	return json.Unmarshal([]byte(b.shown), &shown) == nil && json.Unmarshal([]byte(answer), &got) == nil && likeJSON(shown, got)
}

// likeText says whether the text is as shown, where a gap stands for anything within its line, and for any lines
// where it has a line to itself.
func likeText(shown, got string) bool {
	shown = regexp.QuoteMeta(shown)
	shown = regexp.MustCompile(`(?m)^`+gap+`$`).ReplaceAllString(shown, `(?s:.*)`)
	shown = strings.ReplaceAll(shown, gap, `[^\n]*`)
	return regexp.MustCompile(`^` + shown + `$`).MatchString(strings.ReplaceAll(got, "\r", ""))
}

// likeJSON compares values: a gap as the name of a member allows others, as the last element of a list further ones.
func likeJSON(shown, got any) bool {
	switch want := shown.(type) {
	case string:
		text, ok := got.(string)
		return want == gap || ok && likeText(want, text)
	case []any:
		have, ok := got.([]any)
		if n := len(want) - 1; ok && n >= 0 && want[n] == gap && len(have) >= n {
			want, have = want[:n], have[:n]
		}
		return ok && slices.EqualFunc(want, have, likeJSON)
	case map[string]any:
		return likeObject(want, got)
	default:
		return shown == got
	}
}

func likeObject(want map[string]any, got any) bool {
	have, ok := got.(map[string]any)
	_, more := want[gap]
	for name, value := range want {
		member, there := have[name]
		if name != gap && (!there || !likeJSON(value, member)) {
			return false
		}
	}
	return ok && (more || len(have) == len(want))
}

func TestWhatTheGuideShowsIsCompared(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind, shown, answer string
		want                bool
	}{
		"same":               {"text", "a\n", "a\n", true},
		"other":              {"text", "a", "b", false},
		"silence":            {"", "", "error", false},
		"gap in a line":      {"text", "a … c", "a b c", true},
		"gap beyond a line":  {"text", "a … c", "a b\nc", false},
		"gap of lines":       {"text", "a\n…\nd", "a\nb\nc\nd", true},
		"members":            {"json", `{"a": 1}`, `{"a":1}`, true},
		"another value":      {"json", `{"a": 1}`, `{"a":2}`, false},
		"a member more":      {"json", `{"a": 1}`, `{"a":1,"b":2}`, false},
		"members more":       {"json", `{"a": 1, "…": "…"}`, `{"a":1,"b":2}`, true},
		"a member less":      {"json", `{"a": 1, "…": "…"}`, `{"b":2}`, false},
		"elements more":      {"json", `[1, "…"]`, `[1,2,3]`, true},
		"an element less":    {"json", `[1, 2, "…"]`, `[1]`, false},
		"no JSON":            {"json", `{}`, `404`, false},
		"part of a string":   {"json", `["urn:…"]`, `["urn:x"]`, true},
		"another kind of it": {"json", `["1"]`, `[1]`, false},
	} {
		require.Equal(t, c.want, block{kind: c.kind, shown: c.shown}.matches(c.answer), name)
	}
}
