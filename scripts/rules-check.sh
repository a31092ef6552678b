#!/usr/bin/env bash
# Holds the rules of deploy/rules against promtool: their form, and the tests in which each alert has to be raised.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/promtool.sh
bin/tools/prometheus/promtool check rules deploy/rules/*.yaml
bin/tools/prometheus/promtool test rules deploy/rules/tests/*.yaml
