#!/usr/bin/env bash
# Makes the machine ready: a Go that is new enough, the programs of PostgreSQL, curl and openssl. The suite starts a private
# server of its own, so no cluster is made and no daemon is started here.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
    echo "setup: $*" >&2
    exit 1
}

check_go() {
    local need have
    need=$(sed -n 's/^go \([0-9.]*\)$/\1/p' go.work)
    command -v go >/dev/null || fail "Go $need or newer is not installed: see https://go.dev/doc/install"
    have=$(go env GOVERSION 2>/dev/null | sed 's/^go//; s/[ -].*//')
    if [ -z "$have" ] || [ "$(printf '%s\n%s\n' "$need" "$have" | sort -V | head -n 1)" != "$need" ]; then
        fail "Go $need or newer is needed, this one is ${have:-older}: see https://go.dev/doc/install"
    fi
}

# complete says whether a folder holds the two programs of PostgreSQL that are run.
complete() {
    [ -x "$1/initdb" ] && [ -x "$1/postgres" ]
}

# has_postgres looks where pkg/database/embedded looks: $PGBIN alone when it is set, else Debian's folders and the PATH.
has_postgres() {
    local dir found
    if [ -n "${PGBIN:-}" ]; then
        complete "$PGBIN" || fail "PGBIN=$PGBIN holds no initdb and postgres"
        return 0
    fi
    found=$(command -v postgres || true)
    for dir in /usr/lib/postgresql/*/bin "${found:+$(dirname "$(readlink -f "$found")")}"; do
        if [ -n "$dir" ] && complete "$dir"; then
            return 0
        fi
    done
    return 1
}

# install_postgres keeps Debian from making and starting a cluster, and takes its two measures back.
install_postgres() {
    local policy=/usr/sbin/policy-rc.d conf=/etc/postgresql-common/createcluster.conf ours=''
    export DEBIAN_FRONTEND=noninteractive
    if [ ! -e "$policy" ]; then
        ours=$policy
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 0755 "$policy"
    fi
    # shellcheck disable=SC2064 # the values of now are meant
    trap "rm -f '$ours'; [ ! -e '$conf.w2w' ] || mv '$conf.w2w' '$conf'" EXIT
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends postgresql-common >/dev/null
    sed -i.w2w 's/^#\?create_main_cluster.*/create_main_cluster = false/' "$conf"
    apt-get install -y -qq --no-install-recommends postgresql >/dev/null
}

# install_tools gets what the tests of README.md and docs/regioni type, where this is Debian and root; the tests name
# what is missing elsewhere.
install_tools() {
    local tool missing=()
    for tool in curl openssl; do
        command -v "$tool" >/dev/null || missing+=("$tool")
    done
    if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        echo "setup: installing ${missing[*]}"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    fi
}

check_go
install_tools
if has_postgres; then
    exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    fail "PostgreSQL is not installed: install it (Debian, as root: apt-get install postgresql) or set PGBIN to the folder that holds initdb and postgres"
fi
echo "setup: installing PostgreSQL"
install_postgres
has_postgres || fail "PostgreSQL was installed, but initdb and postgres were not found: set PGBIN to their folder"
