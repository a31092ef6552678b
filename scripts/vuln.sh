#!/usr/bin/env bash
# make vuln: which known weaknesses the four programs reach, with the Go that builds the images. VULNDB is an address
# (https://, file://DIR), or the Go module of the reports with a version: golang.org/x/vulndb@latest.
set -euo pipefail
cd "$(dirname "$0")/.."
GOTOOLCHAIN=$(sed -n 's/^toolchain //p' go.work)
export GOTOOLCHAIN
scan=$PWD/$1 db=$VULNDB tags=$(sed -n 's/.* -tags \([^ ]*\) .*/\1/p' docker/build.sh)
if [[ $db != *://* ]]; then
    module=$(GOWORK=off go mod download -json "$db")
    echo "reports of $(sed -n 's/^\t"Version": "\(.*\)",$/\1/p' <<< "$module")"
    db=file://$(sed -n 's/^\t"Dir": "\(.*\)",$/\1/p' <<< "$module")/data/osv
fi
reached=0
for service in services/*; do
    echo "== $service, $(go version)"
    (cd "$service" && "$scan" -db "$db" -tags "$tags" ./cmd/...) || reached=1
done
exit "$reached"
