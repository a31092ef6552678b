#!/usr/bin/env bash
# Makes clients with keys for a trial: kube-clients.sh DIR, by `w2w` (W2W, default bin/w2w) and jq. DIR/gateway.json has the
# public parts for a new registry, DIR/clients.json the private keys of all but the registrars, who are in files of their own.
set -euo pipefail
dir=$1 w2w=${W2W:-bin/w2w}
common='["applications:read","pool:read","plafonds:read","events:read","acts:backdate"]'

# One run of `client registrars` gives two keys; each becomes a client under the name, kind, administration and scopes given.
client() {
  local made=$dir/made
  mkdir -p "$made"
  "$w2w" client registrars --out "$made" --register "$made/public" >/dev/null
  jq --arg id "$1" --arg kind "$2" --arg administration "$3" --argjson scopes "$4" --argjson common "$common" \
    '.clients[0] | .id = $id | .kind = $kind | .administration = $administration | .scopes = $scopes + $common' "$made/registrar-a.json"
  rm -r "$made"
}

mkdir -p "$dir"
"$w2w" client registrars --out "$dir" --register "$dir/registrars" >/dev/null
{
  # Who examines is another than who decrees; many portals, so that a load stays below the limit of each. The second
  # Region only reads: it must not see what the first one has.
  for n in {1..8}; do client "03-portal-$n" PORTAL 03 '["applications:file"]'; done
  client 03-examiner PORTAL 03 '["applications:protocol","applications:examine"]'
  client 03-chair PORTAL 03 '["applications:preside"]'
  client 03-accountant PORTAL 03 '["applications:commit"]'
  client 03-director PORTAL 03 '["applications:decree"]'
  client 05-portal PORTAL 05 '["applications:file"]'
  client ministry MINISTRY '*' '["plafonds:assign"]'
} | jq --slurp '{clients: .}' >"$dir/clients.json"
# A registry counts public keys only.
jq --slurp '{clients: (.[0].clients + (.[1].clients | map(.key |= del(.d))))}' "$dir/registrars" "$dir/clients.json" >"$dir/gateway.json"
rm "$dir/registrars"
