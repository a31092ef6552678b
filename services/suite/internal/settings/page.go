package settings

import (
	"fmt"
	"strings"
)

const head = `# Settings

Written by ` + "`make gen`" + ` from the structs that hold the settings. All come from the environment. A variable that begins with
` + "`W2W_`" + ` and that the program does not read stops its start, and so does a required one that is missing, or one that is
not of its form. Headers for the collector of traces are in ` + "`OTEL_EXPORTER_OTLP_HEADERS`" + `. The chart and
` + "`docker/compose.yaml`" + ` set what they know.
`

// Page is docs/settings.md.
func Page(root string) (string, error) {
	var page strings.Builder
	page.WriteString(head)
	for _, p := range Programs {
		found, err := p.Variables(root)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&page, "\n## %s\n\n| variable | form | default | what for |\n|---|---|---|---|\n", p.Title)
		for _, v := range found {
			fmt.Fprintf(&page, "| `%s` | %s | %s | %s |\n", v.Name, v.Form, v.otherwise(), v.Purpose)
		}
	}
	return page.String(), nil
}

// otherwise is what holds when a variable is not set. A browser may break a long list at its commas.
func (v Variable) otherwise() string {
	switch {
	case v.Required:
		return "required"
	case v.Default == "" && v.Form == forms["bool"]:
		return "`false`"
	case v.Default == "":
		return "none"
	default:
		return "`" + strings.ReplaceAll(v.Default, ",", "`, `") + "`"
	}
}
