#!/usr/bin/env bash
# Installs the chart into the cluster of KUBECONFIG, uses it, changes it under load, removes it, and prints a table.
#   DATABASE_URL            an empty database as pods reach it, for an owner with CREATEROLE; required. With an address and
#                           not a name, as postgres://OWNER:PASSWORD@10.0.0.5:5432/w2w, it is also taken away for a while.
#   IMAGE_REPOSITORY, TAG   where the images are (localhost/w2w, dev)
#   BEFORE, BEFORE_CHART    tag of the version before and the folder of its chart: it is installed first, updated under load,
#                           and what the rollback goes back to (TAG, helm/w2w)
#   NAMESPACE               made and removed by the trial (w2w-trial); KEEP=1 leaves it
#   STEPS                   only the steps whose functions match, as 'rollback|doctor'
#   READ_CPU                what each pod may take while replicas are compared (60m)
# kubectl, helm, jq, openssl and bin/w2w are needed. What each step said is in out/kube-test.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."
: "${DATABASE_URL:?is missing: postgres://OWNER:PASSWORD@ADDRESS:5432/DATABASE, as pods reach it}"
NAMESPACE=${NAMESPACE:-w2w-trial} REPOSITORY=${IMAGE_REPOSITORY:-localhost/w2w} TAG=${TAG:-dev} BEFORE=${BEFORE:-${TAG:-dev}}
CHART=helm/w2w BEFORE_CHART=${BEFORE_CHART:-helm/w2w}
SERVICES=(gateway concessions lsu)
DEMO=services/suite/cmd/w2w/demo
LOG=out/kube-test
WORK=$(mktemp -d)
TABLE=$WORK/table
umask 077
. scripts/kube-trial.sh

install_it() { CHART=$BEFORE_CHART release install "$BEFORE"; }
helm_test() { helm test w2w --namespace "$NAMESPACE" --logs --timeout 5m; }

# The first 20 applications of one Region, the one that has clients.
season() {
  local dir=$WORK/season
  mkdir "$dir"
  awk -F, 'NR == 1 || ($2 == "03" && n++ < 20)' $DEMO/applications.csv >"$dir/applications.csv"
  awk -F, 'NR == FNR {of[$1]; next} $1 in of' "$dir/applications.csv" $DEMO/workers.csv >"$dir/workers.csv"
  awk -F, 'NR == 1 || $1 == "03"' $DEMO/plafonds.csv >"$dir/plafonds.csv"
  k create configmap season --from-file="$dir"
  suite_pod season import season /season --out /out
  if ! k wait pod/season --for=jsonpath='{.status.phase}'=Succeeded --timeout=180s; then
    k logs season
    return 1
  fi
}

idle() { sleep 30; use_of idle; }
under_load() {
  load_begins 400
  sleep 30
  use_of "200/s each, the gateway 400/s"
  load_ends
}

rolling_update() {
  load_begins
  release upgrade "$TAG" --set-string podAnnotations.trial=updated
  all_ready
  load_ends
}

# What is missing or wrong after all the changes before would be found here.
doctor() {
  k delete job doctor --ignore-not-found
  k create job doctor --from=cronjob/w2w-doctor
  k wait job/doctor --for=condition=Complete --timeout=120s || {
    k logs job/doctor
    return 1
  }
  k logs job/doctor
  k logs job/doctor | tail -1 >"$WORK/note"
}

evictions() {
  load_begins
  each_pod evict
  load_ends
}

delete_pod() { k delete pod "$1" --wait=false; }
deletions() {
  load_begins
  each_pod delete_pod
  load_ends
}

# Killed before they have drained: the gateway hands their calls to another (docs/adr/0010).
kills() {
  local pod
  load_begins
  for pod in $(pods_of concessions) $(pods_of lsu); do
    k delete pod "$pod" --grace-period=1 --wait=false
    sleep 2
    all_ready
  done
  load_ends
}

scale() {
  local service
  load_begins
  for service in "${SERVICES[@]}"; do k scale "deployment/w2w-$service" --replicas=3; done
  all_ready
  for service in "${SERVICES[@]}"; do k scale "deployment/w2w-$service" --replicas=2; done
  all_ready
  load_ends
}

# The autoscaler takes over from a count of replicas, and adds one.
autoscale() {
  if ! has_metrics; then
    echo "not tried: the cluster has no metrics API" >"$WORK/note"
    return
  fi
  load_begins 400
  release upgrade "$TAG" --set services.concessions.hpa.enabled=true --set services.concessions.hpa.min=2 --set services.concessions.hpa.max=3
  k wait deployment/w2w-concessions --for=jsonpath='{.status.readyReplicas}'=3 --timeout=180s
  load_ends
}

# A pod that finds no database waits, its events say why, and it is ready by itself once there is one.
database_away() {
  local pod said begin
  if ! has_address; then
    echo "not tried: DATABASE_URL has a name and no address" >"$WORK/note"
    return
  fi
  k delete endpointslice w2w-database
  for pod in $(pods_of lsu); do k delete pod "$pod" --now; done
  for _ in {1..60}; do
    said=$(k get events --field-selector reason=Unhealthy --output jsonpath='{.items[*].message}' | grep -o 'The service waits for the database: [a-z ]*' | tail -1) && break
    sleep 1
  done
  [[ -n $said ]]
  [[ $(k get deployment w2w-lsu --output jsonpath='{.status.readyReplicas}') == "" ]]
  database_service
  begin=$SECONDS
  all_ready
  echo "said \"$said\"; ready $((SECONDS - begin)) s after its return" >"$WORK/note"
}

rollback() {
  load_begins
  helm rollback w2w 1 --namespace "$NAMESPACE" --wait --timeout 5m
  all_ready
  load_ends
}

# reads REPLICAS: how many a second, of services each of whose pods may take READ_CPU.
reads() {
  local sets=(--set-string 'services.gateway.env.W2W_GATEWAY_RATES=PORTAL=5000/10000\,MINISTRY=5000/10000') service
  for service in concessions lsu; do
    sets+=(--set "services.$service.replicas=$1" --set "services.$service.resources.limits.cpu=${READ_CPU:-60m}")
  done
  release upgrade "$TAG" "${sets[@]}" >&2
  k delete pod load --ignore-not-found --now >&2
  suite_pod load load --reads --rate 0 --callers 96 --for 40s >&2
  sleep 30
  k top pods >&2 || true
  if ! k wait pod/load --for=jsonpath='{.status.phase}'=Succeeded --timeout=60s >&2; then
    k logs load >&2
    return 1
  fi
  k logs load | tail -1 | tee /dev/stderr | sed -E 's|.*failed, ([0-9]+)/s.*|\1|'
}
one_and_three() {
  local one three
  one=$(reads 1)
  three=$(reads 3)
  awk -v one="$one" -v three="$three" -v cpu="${READ_CPU:-60m}" 'BEGIN {printf "%d/s and %d/s, ratio %.2f, with %s of CPU for each pod", one, three, three / one, cpu}' >"$WORK/note"
}

uninstall() {
  local left
  helm uninstall w2w --namespace "$NAMESPACE" --wait --timeout 3m
  left=$(k get deployments,services,jobs,cronjobs,networkpolicies,poddisruptionbudgets,serviceaccounts -l app.kubernetes.io/part-of=w2w --output name)
  echo "left: $left"
  [[ -z $left ]]
}

# step NAME FUNCTION: after one that failed the others are left out.
step() {
  local name=$1 begin=$SECONDS outcome=ok
  if [[ -e $WORK/failed || -n ${STEPS:-} && ! $2 =~ ^(make_namespace|secrets|install_it|$STEPS)$ ]]; then
    printf '| %s | | left out |\n' "$name" >>"$TABLE"
    return
  fi
  rm -f "$WORK/note"
  echo "== $name"
  set +e
  (set -e; "$2") >"$LOG/$2.log" 2>&1
  (($? == 0)) || outcome=FAILED
  set -e
  if [[ $outcome == FAILED ]]; then
    touch "$WORK/failed"
    tail -n 30 "$LOG/$2.log"
    k get pods,events >"$LOG/cluster.log" 2>&1 || true
  fi
  [[ ! -s $WORK/note ]] || outcome+=", $(<"$WORK/note")"
  printf '| %s | %d | %s |\n' "$name" $((SECONDS - begin)) "$outcome" >>"$TABLE"
}

ends() {
  printf '\n| step | seconds | outcome |\n|---|---|---|\n'
  cat "$TABLE" 2>/dev/null || true
  if [[ -s $WORK/use ]]; then
    printf '\n| service, two pods | requests | CPU of both | memory, the larger |\n|---|---|---|---|\n'
    cat "$WORK/use"
  fi
  # Only a namespace that the trial made itself.
  if [[ -e $WORK/made && ${KEEP:-} != 1 ]]; then kubectl delete namespace "$NAMESPACE" --wait=false >/dev/null || true; fi
  rm -rf "$WORK"
}
trap ends EXIT

rm -rf "$LOG"
mkdir -p "$LOG"
step "namespace, Pod Security restricted" make_namespace
step "keys, clients, Secrets" secrets
step "helm install" install_it
step "helm test" helm_test
step "season through the gateway" season
step "rolling update under load" rolling_update
step "idle" idle
step "load" under_load
step "eviction of every pod under load" evictions
step "deletion of every pod under load" deletions
step "kill of every pod behind the gateway under load" kills
step "to three replicas and back under load" scale
step "to three replicas by the autoscaler under load" autoscale
step "pods start without a database" database_away
step "doctor" doctor
step "rollback under load" rollback
step "reads of one replica and of three" one_and_three
step "uninstall" uninstall
[[ ! -e $WORK/failed ]]
