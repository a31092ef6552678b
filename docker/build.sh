#!/bin/sh
# Builds what goes into one image: docker/build.sh SERVICE DIR, with VERSION and GOARCH from the environment, makes
# DIR/service, and in DIR/mounts the empty folders. The same bytes come out wherever the same commit is built: the Go is
# that of go.work, fetched where it is another. What nobody here uses is left out: MessagePack of gin, the traces of gRPC,
# whose templates would keep every method. Functions begin at multiples of 16 bytes, not of 32: a hundredth of a program.
set -eu
cd "$(dirname "$0")/.."
case "$1" in
suite) command=w2w ;;
*) command=$1 ;;
esac
install -d -m 0700 "$2/mounts/keys" "$2/mounts/secrets"
GOTOOLCHAIN=$(sed -n 's/^toolchain //p' go.work)
export CGO_ENABLED=0 GOOS=linux GOFLAGS= GOTOOLCHAIN
exec go build -trimpath -buildvcs=false -tags nomsgpack,grpcnotrace -ldflags "-s -w -buildid= -funcalign=16 -X w2w/pkg/app.Version=${VERSION:-dev}" \
    -o "$2/service" "./services/$1/cmd/$command"
