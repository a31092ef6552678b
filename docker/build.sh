#!/bin/sh
# Builds the program of one image: docker/build.sh SERVICE FILE, with VERSION and GOARCH from the environment. The same
# bytes come out wherever the same Go builds the same commit. Nothing here speaks MessagePack, which gin would bring along;
# functions begin at multiples of 16 bytes, not of 32: a hundredth of the program.
set -eu
cd "$(dirname "$0")/.."
case "$1" in
suite) command=w2w ;;
*) command=$1 ;;
esac
export CGO_ENABLED=0 GOOS=linux GOFLAGS=
exec go build -trimpath -buildvcs=false -tags nomsgpack,grpcnotrace -ldflags "-s -w -buildid= -funcalign=16 -X w2w/pkg/app.Version=${VERSION:-dev}" \
    -o "$2" "./services/$1/cmd/$command"
