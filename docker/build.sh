#!/bin/sh
# Builds what goes into one image: docker/build.sh SERVICE DIR, with VERSION and GOARCH from the environment, makes
# DIR/service, and in DIR/mounts the empty folders. The same bytes come out wherever the same commit is built: the Go is
# that of go.work, fetched where it is another. Nothing here speaks MessagePack, which gin would bring along.
set -eu
cd "$(dirname "$0")/.."
case "$1" in
suite) command=w2w ;;
*) command=$1 ;;
esac
install -d -m 0700 "$2/mounts/keys" "$2/mounts/secrets"
GOTOOLCHAIN=$(sed -n 's/^toolchain //p' go.work)
export CGO_ENABLED=0 GOOS=linux GOFLAGS= GOTOOLCHAIN
exec go build -trimpath -buildvcs=false -tags nomsgpack -ldflags "-s -w -buildid= -X w2w/pkg/app.Version=${VERSION:-dev}" \
    -o "$2/service" "./services/$1/cmd/$command"
