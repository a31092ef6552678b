#!/bin/sh
# Builds what one image has: docker/build.sh SERVICE FOLDER makes the program FOLDER/service, and FOLDER/openapi with the
# contracts that the gateway publishes, empty for the others; with VERSION and GOARCH from the environment. The same
# bytes come out wherever the same Go builds the same commit. Nothing here speaks MessagePack, which gin would bring along;
# functions begin at multiples of 16 bytes, not of 32: a hundredth of the program.
set -eu
cd "$(dirname "$0")/.."
case "$1" in
suite) command=w2w ;;
*) command=$1 ;;
esac
export CGO_ENABLED=0 GOOS=linux GOFLAGS=
install -d -m 0755 "$2/openapi"
if [ "$1" = gateway ]; then install -m 0644 openapi/*.yaml "$2/openapi"; fi
exec go build -trimpath -buildvcs=false -tags nomsgpack,grpcnotrace -ldflags "-s -w -buildid= -funcalign=16 -X w2w/pkg/app.Version=${VERSION:-dev}" \
    -o "$2/service" "./services/$1/cmd/$command"
