#!/usr/bin/env bash
# Holds the contracts against the national rules (github.com/italia/api-oas-checker-rules, AGPL, never part of this
# project): RULES is a checkout of them, SPECTRAL the command of @stoplight/spectral-cli.
set -euo pipefail
cd "$(dirname "$0")/.."
rules=${RULES:-} spectral=${SPECTRAL:-spectral}

missing() { printf 'oas-check: %s\n' "$1" >&2; exit 1; }

[ -n "$rules" ] || missing 'say where the rules are: make oas-check RULES=DIR (a clone of https://github.com/italia/api-oas-checker-rules)'
[ -f "$rules/builder.py" ] || missing "$rules holds no builder.py: it is no checkout of api-oas-checker-rules"
command -v "$spectral" > /dev/null || missing "no $spectral: npm install @stoplight/spectral-cli, then SPECTRAL=node_modules/.bin/spectral"
python3 -c 'import yaml' 2> /dev/null || missing 'the rules are put together by Python 3 with PyYAML: pip install pyyaml'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# build NAME FOLDER writes one set of rules as its authors' own Makefile does, without their container.
build() {
    (cd "$rules" && RULES_FOLDERS="$2/" RULESET_NAME="$1" RULESET_VERSION=0 RULESET_FILE_NAME="$work/$2.yml" \
        TEMPLATE_FILE=rules/rules-template.yml.template python3 builder.py)
}
build 'Italian Guidelines Full' rules
build 'Extra Security Checks' security
cp -r "$rules/security/functions" "$work/functions"

# The first set passes without errors and warnings; the second one advises.
status=0
for contract in openapi/*.v1.yaml; do
    printf '%s, Italian Guidelines Full\n' "$contract"
    "$spectral" lint --ruleset "$work/rules.yml" --fail-severity warn --display-only-failures "$contract" || status=1
    printf '%s, Extra Security Checks (advice)\n' "$contract"
    "$spectral" lint --ruleset "$work/security.yml" --fail-severity error --display-only-failures "$contract" || true
done
exit $status
