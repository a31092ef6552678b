package main

import (
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

func TestAMissingFileIsNamed(t *testing.T) {
	t.Parallel()
	_, err := stage{root: t.TempDir()}.entries(instruction{from: []string{"/src/none.yaml"}, to: "/"})
	require.ErrorContains(t, err, "/src/none.yaml")
}
