#!/usr/bin/env bash
# Puts promtool and prometheus of Debian's package into bin/tools/prometheus, without installing it: the package would
# start a daemon.
set -euo pipefail
cd "$(dirname "$0")/.."
into=bin/tools/prometheus
[ -x "$into/promtool" ] && [ -x "$into/prometheus" ] && exit 0

fail() { printf 'promtool: %s\n' "$1" >&2; exit 1; }

command -v apt-get > /dev/null || fail "no apt-get here: put promtool and prometheus into $into (https://prometheus.io/download)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
# The lists of a bare machine are empty or old.
(cd "$work" && { apt-get download -qq prometheus 2> /dev/null || { apt-get update -qq && apt-get download -qq prometheus; }; }) ||
    fail "the package prometheus can't be fetched: put promtool and prometheus into $into"
dpkg -x "$work"/prometheus_*.deb "$work/unpacked"
mkdir -p "$into"
mv "$work/unpacked/usr/bin/prometheus" "$work/unpacked/usr/bin/promtool" "$into/"
