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
for service in concessions; do
    (cd "services/$service/internal/rest/api" && "$generator" -config config.yaml "../../../../../openapi/$service.v1.yaml")
done
