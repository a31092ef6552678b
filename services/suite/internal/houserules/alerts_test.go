package houserules

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	alert   = regexp.MustCompile(`(?m)^      - alert: (\S+)$`)
	runbook = regexp.MustCompile(`(?m)^\s+runbook: deploy/runbook\.md#(\S+)$`)
	raised  = regexp.MustCompile(`(?m)^\s+alertname: (\S+)\n\s+exp_alerts:\n\s+- exp_labels:`)
	silent  = regexp.MustCompile(`alertname: (\S+), exp_alerts: \[\]`)
)

// all reads the files that the pattern names from the root of the repository.
func all(t *testing.T, pattern string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil || len(names) == 0 {
		t.Fatal(pattern, "names no file", err)
	}
	var text strings.Builder
	for _, name := range names {
		from, err := filepath.Rel(root, name)
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString(document(t, from))
	}
	return text.String()
}

// TestEveryAlertHasItsSectionInTheRunbook wants the section that each alert names, which is its own, and no other; in
// each what the alert means, what to look at and what to do.
func TestEveryAlertHasItsSectionInTheRunbook(t *testing.T) {
	t.Parallel()
	rules, text := all(t, "deploy/rules/*.yaml"), document(t, "deploy/runbook.md")
	alerts, links := alert.FindAllStringSubmatch(rules, -1), runbook.FindAllStringSubmatch(rules, -1)
	if len(alerts) != len(links) || len(alerts) < 10 {
		t.Fatalf("%d alerts name %d sections", len(alerts), len(links))
	}
	for i, a := range alerts {
		if links[i][1] != strings.ToLower(a[1]) {
			t.Errorf("%s names the section %s", a[1], links[i][1])
		}
		_, section, found := strings.Cut(text, "\n## "+a[1]+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		for _, part := range []string{"- **Means**: ", "- **Look at**: ", "- **Do**: "} {
			if !found || strings.Count(section, part) != 1 {
				t.Errorf("deploy/runbook.md: %s lacks %q", a[1], part)
			}
		}
	}
	if n := strings.Count(text, "\n## W2W"); n != len(alerts) {
		t.Errorf("deploy/runbook.md has %d sections for %d alerts", n, len(alerts))
	}
}

// TestEveryAlertIsRaisedAndKeptSilentByATest looks for both in the tests of promtool.
func TestEveryAlertIsRaisedAndKeptSilentByATest(t *testing.T) {
	t.Parallel()
	tests := all(t, "deploy/rules/tests/*.yaml")
	found := map[string]map[string]bool{"raised": {}, "silent": {}}
	for _, m := range raised.FindAllStringSubmatch(tests, -1) {
		found["raised"][m[1]] = true
	}
	for _, m := range silent.FindAllStringSubmatch(tests, -1) {
		found["silent"][m[1]] = true
	}
	for _, a := range alert.FindAllStringSubmatch(all(t, "deploy/rules/*.yaml"), -1) {
		for how, by := range found {
			if !by[a[1]] {
				t.Errorf("%s is %s in no test of deploy/rules/tests", a[1], how)
			}
		}
	}
}
