package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const example = `FROM golang AS build
RUN go build \
    -o /out/service .
# the image
FROM scratch
ARG NAME=nobody
ARG VERSION=dev
LABEL a.title="the ${NAME}" \
      a.version="${VERSION}"
COPY --from=build /src/a.yaml /src/b.yaml /etc/
COPY --from=build --chown=7:7 /out/empty /keys
USER 7:7
EXPOSE 80 90
ENTRYPOINT ["/service", "run"]
`

func TestTheLastStageIsRead(t *testing.T) {
	t.Parallel()
	r, err := readRecipe(example, map[string]string{"NAME": "gateway"})
	require.NoError(t, err)
	require.Equal(t, recipe{
		labels: map[string]string{"a.title": "the gateway", "a.version": "dev"},
		copies: []instruction{{[]string{"/src/a.yaml", "/src/b.yaml"}, "/etc/", 0}, {[]string{"/out/empty"}, "/keys", 7}},
		user:   "7:7", ports: []string{"80", "90"}, entrypoint: []string{"/service", "run"},
	}, r)
}

func TestWhatIsNotKnownIsRefused(t *testing.T) {
	t.Parallel()
	for line, why := range map[string]string{
		"FROM debian": "not FROM scratch", "ENV A=b": "with ENV", "RUN true": "with RUN", "LABEL a=${B}": "no ARG B",
		"COPY a /b": "COPY --from=build", "COPY --from=build a": "COPY --from=build", "COPY --link --from=build a /b": "--link", "ENTRYPOINT /service": "invalid",
		"COPY --from=build --chown=1:2 a /b": "--chown",
	} {
		_, err := readRecipe("FROM scratch\n"+line+"\n", nil)
		require.ErrorContains(t, err, why, line)
	}
}

func TestAFolderIsCopiedWithItsFiles(t *testing.T) {
	t.Parallel()
	s := stage{out: t.TempDir()}
	dir := filepath.Join(s.out, "many")
	require.NoError(t, os.Mkdir(dir, 0o750))
	copied := instruction{from: []string{"/out/many"}, to: "/var/lib", owner: 7}
	folder := entry{name: "var/lib/", mode: 0o750, owner: 7}
	got, err := s.entries(copied)
	require.NoError(t, err)
	require.Equal(t, []entry{{name: "var/", mode: 0o755}, folder}, got)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a"), []byte("A"), 0o600))
	got, err = s.entries(copied)
	require.NoError(t, err)
	require.Equal(t, []entry{{name: "var/", mode: 0o755}, folder, {name: "var/lib/a", data: []byte("A"), mode: 0o644, owner: 7}}, got)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "deeper"), 0o750))
	_, err = s.entries(copied)
	require.ErrorContains(t, err, "a folder in a folder")
}

func TestAMissingFileIsNamed(t *testing.T) {
	t.Parallel()
	_, err := stage{root: t.TempDir()}.entries(instruction{from: []string{"/src/none.yaml"}, to: "/"})
	require.ErrorContains(t, err, "/src/none.yaml")
}
