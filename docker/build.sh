#!/bin/sh
# Builds the program of one image: docker/build.sh SERVICE FILE, with VERSION and GOARCH from the environment. The same
# bytes come out wherever the same commit is built: the Go is that of go.work, fetched where it is another. Nothing here
# speaks MessagePack, which gin would bring along.
set -eu
cd "$(dirname "$0")/.."
case "$1" in
suite) command=w2w ;;
*) command=$1 ;;
esac
GOTOOLCHAIN=$(sed -n 's/^toolchain //p' go.work)
export CGO_ENABLED=0 GOOS=linux GOFLAGS= GOTOOLCHAIN
exec go build -trimpath -buildvcs=false -tags nomsgpack -ldflags "-s -w -buildid= -X w2w/pkg/app.Version=${VERSION:-dev}" \
    -o "$2" "./services/$1/cmd/$command"
