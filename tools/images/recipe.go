package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"strings"
)

// recipe is the last stage of a Dockerfile, as far as it is needed here: a stage from scratch.
type recipe struct {
	labels     map[string]string
	copies     []instruction
	user       string
	ports      []string
	entrypoint []string
}

// instruction is a COPY: paths of the stage that builds, and where they go.
type instruction struct {
	from  []string
	to    string
	owner int // of user and group
}

var (
	assignment = regexp.MustCompile(`([A-Za-z0-9_.-]+)=("[^"]*"|\S+)`)
	chown      = regexp.MustCompile(`^--chown=(\d+):(\d+)$`)
)

// readRecipe reads the last stage with the values of its build arguments. What it does not know it refuses, so that an
// image of Docker and one of ours can't differ unseen.
func readRecipe(dockerfile string, args map[string]string) (recipe, error) {
	lines := instructions(dockerfile)
	last := -1
	for i, line := range lines {
		if strings.HasPrefix(line, "FROM ") {
			last = i
		}
	}
	if last < 0 || lines[last] != "FROM scratch" {
		return recipe{}, fmt.Errorf("the last stage of the Dockerfile is not FROM scratch")
	}
	r := recipe{labels: map[string]string{}}
	known := map[string]string{}
	for _, line := range lines[last+1:] {
		if err := r.read(line, known, args); err != nil {
			return recipe{}, fmt.Errorf("%q: %w", line, err)
		}
	}
	return r, nil
}

// instructions joins the lines that go on, and leaves out comments.
func instructions(dockerfile string) (lines []string) {
	going := false
	for line := range strings.Lines(dockerfile) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		more := strings.HasSuffix(line, `\`)
		line = strings.TrimSpace(strings.TrimSuffix(line, `\`))
		if going {
			lines[len(lines)-1] += " " + line
		} else {
			lines = append(lines, line)
		}
		going = more
	}
	return lines
}

func (r *recipe) read(line string, known, args map[string]string) error {
	word, rest, _ := strings.Cut(line, " ")
	var err error
	if word != "ARG" {
		rest, err = expand(rest, known)
	}
	if err != nil {
		return err
	}
	switch word {
	case "ARG":
		name, value, _ := strings.Cut(rest, "=")
		known[name] = value
		if given, ok := args[name]; ok {
			known[name] = given
		}
	case "LABEL":
		maps.Copy(r.labels, assignments(rest))
	case "COPY":
		err = r.copy(strings.Fields(rest))
	case "USER":
		r.user = rest
	case "EXPOSE":
		r.ports = strings.Fields(rest)
	case "ENTRYPOINT":
		err = json.Unmarshal([]byte(rest), &r.entrypoint)
	default:
		err = fmt.Errorf("an image is not built with %s here", word)
	}
	return err
}

func expand(text string, known map[string]string) (string, error) {
	var unknown string
	text = os.Expand(text, func(name string) string {
		value, ok := known[name]
		if !ok {
			unknown = name
		}
		return value
	})
	if unknown != "" {
		return "", fmt.Errorf("no ARG %s before", unknown)
	}
	return text, nil
}

func assignments(text string) map[string]string {
	out := map[string]string{}
	for _, m := range assignment.FindAllStringSubmatch(text, -1) {
		out[m[1]] = strings.Trim(m[2], `"`)
	}
	return out
}

func (r *recipe) copy(words []string) error {
	var c instruction
	staged := false
	for len(words) > 0 && strings.HasPrefix(words[0], "--") {
		m := chown.FindStringSubmatch(words[0])
		switch {
		case words[0] == "--from=build":
			staged = true
		case m != nil && m[1] == m[2]:
			_, _ = fmt.Sscan(m[1], &c.owner) // digits, as matched
		default:
			return fmt.Errorf("the option %s is not known here", words[0])
		}
		words = words[1:]
	}
	if !staged || len(words) < 2 {
		return fmt.Errorf("not COPY --from=build FROM... TO")
	}
	c.from, c.to = words[:len(words)-1], words[len(words)-1]
	r.copies = append(r.copies, c)
	return nil
}
