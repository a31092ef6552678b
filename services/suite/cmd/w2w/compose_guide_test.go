package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var inContainer = regexp.MustCompile(`(?m)^docker compose (?:run --rm (?:--volume \S+:(/\S+):ro )?|exec -T |cp )([a-z0-9-]+)[ :](.*)$`)

// TestTheCommandsOfTheGuideFitTheFile holds the lines of docs/operations.md that work in a container against the services
// of docker/compose.yaml, the commands that there are, and the folders that are mounted.
func TestTheCommandsOfTheGuideFitTheFile(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../../docs/operations.md")
	require.NoError(t, err)
	found := inContainer.FindAllStringSubmatch(string(text), -1)
	require.Len(t, found, strings.Count("\n"+string(text), "\ndocker compose ")-1, "all but `up`")
	c := composeFile(t)
	for _, m := range found {
		line, mounted, service, words := m[0], m[1], c.Services[m[2]], strings.Fields(m[3])
		require.Contains(t, c.Services, m[2], line)
		if strings.HasPrefix(line, "docker compose run ") {
			require.Equal(t, "suite", service.program(), line)
			require.True(t, known(words), line)
		}
		for _, word := range words {
			require.True(t, !strings.HasPrefix(word, "/") || word == mounted || service.mount(word) != "", "%s: nothing is mounted at %s", line, word)
			if host, ok := strings.CutPrefix(word, "http://"); ok {
				name, _, _ := strings.Cut(host, ":")
				require.Contains(t, c.Services, name, line)
				require.Subset(t, c.Services[name].Networks, service.Networks, line)
			}
		}
	}
}

// known are words that begin with those of a command.
func known(words []string) bool {
	for _, c := range commands {
		if len(words) >= len(c.words) && slices.Equal(words[:len(c.words)], c.words) {
			return true
		}
	}
	return false
}

// mount is the volume in which a path of the container lies, empty when there is none.
func (c composed) mount(path string) string {
	for _, v := range c.Volumes {
		if strings.HasPrefix(path+"/", strings.Split(v, ":")[1]+"/") {
			return v
		}
	}
	return ""
}
