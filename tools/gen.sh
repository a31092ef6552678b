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
# What the generator is not shown, so that handlers write only what is theirs:
# - NDJSON and workbooks beside CSV: it knows one raw body per operation, and the handlers of all take it from httpx.Body;
# - the rate-limit headers, and the answers 429 and 503: the gateway and the middleware write them;
# - the tables of lists, which bulk.Exports writes;
# - examples, which are for readers of the contract.

# Bodies are bound by the generator's own library instead of gin's validator, of which the contract has nothing to ask: it
# looks methods up by name, and a program that does keeps every method of every type, used or not (docs/performance.md).
bind='/if vb, ok := ctx.Request.Body/,/^\t*}$/c err = runtime.BindJSONBody(ctx.Request, \&body)'
unused='/"github.com\/gin-gonic\/gin\/binding"/d'

plain=$(mktemp)
trap 'rm -f "$plain"' EXIT
for config in services/*/internal/rest/api/config.yaml; do
    service=$(cut -d/ -f2 <<< "$config")
    sed -E -e '/application\/x-ndjson:/d' -e "/schemas\/(Table|Workbook|WorkbookIn)'\}\}\$/d" -e "/^ +'(429|503)': /d" -e 's/(, )?X-RateLimit-[A-Za-z]+: \{[^{}]*\}//g' -e 's/\{, /{/g' \
        -e '/^ +example: /d' -e 's/, example: [A-Za-z0-9]+\}/}/' "openapi/$service.v1.yaml" > "$plain"
    (cd "services/$service/internal/rest/api" && "$generator" -config config.yaml "$plain" && sed -i -e "$bind" -e "$unused" api.gen.go && gofmt -w api.gen.go)
done
# The dashboards, from what their panels ask.
go run ./services/suite/internal/boards/write deploy/dashboards
# The page of all settings, from the structs that hold them.
go run ./services/suite/internal/settings/write .
