#!/usr/bin/env bash
# Generates the code that comes from openapi/, with a pinned generator.
set -euo pipefail
cd "$(dirname "$0")/.."
version=v2.8.2
generator=$PWD/bin/tools/oapi-codegen-$version
if [ ! -x "$generator" ]; then
    mkdir -p bin/tools
    GOWORK=off GOBIN=$PWD/bin/tools go install "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@$version"
    mv bin/tools/oapi-codegen "$generator"
fi
# The generator knows one raw body per operation: NDJSON beside CSV is left out here, and the handlers of both
# take the body from httpx.Body. The tables of lists are written by bulk.Exports, not by handlers.
plain=$(mktemp)
trap 'rm -f "$plain"' EXIT
for service in concessions; do
    sed -E "/application\/x-ndjson:|schemas\/(Table|Workbook)'\}\}$/d" "openapi/$service.v1.yaml" > "$plain"
    (cd "services/$service/internal/rest/api" && "$generator" -config config.yaml "$plain")
done
