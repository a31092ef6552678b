#!/usr/bin/env bash
# Installs the chart into the cluster of KUBECONFIG, uses it, changes it under load, removes it, and prints a table.
#   DATABASE_URL       an empty database as pods reach it, for an owner with CREATEROLE; required
#   IMAGE_REPOSITORY, TAG   where the images are (localhost/w2w, dev)
#   NAMESPACE          made and removed by the trial (w2w-trial); KEEP=1 leaves it
# kubectl, helm, jq and bin/w2w are needed. What each step said is in out/kube-test.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${DATABASE_URL:?is missing: postgres://OWNER:PASSWORD@HOST:5432/DATABASE, as pods reach it}"
NAMESPACE=${NAMESPACE:-w2w-trial} REPOSITORY=${IMAGE_REPOSITORY:-localhost/w2w} TAG=${TAG:-dev}
SERVICES=(gateway concessions lsu)
DEMO=services/suite/cmd/w2w/demo
LOG=out/kube-test
WORK=$(mktemp -d)
TABLE=$WORK/table
umask 077

k() { kubectl --namespace "$NAMESPACE" "$@"; }

# Two of each service, so that one may always be away; otherwise the values of a laptop.
release() {
  local command=$1 service
  shift
  local sets=(--set "image.repository=$REPOSITORY" --set "image.tag=$TAG")
  for service in "${SERVICES[@]}"; do
    sets+=(--set "services.$service.replicas=2" --set "services.$service.pdb.enabled=true")
  done
  helm "$command" w2w helm/w2w --namespace "$NAMESPACE" -f helm/w2w/values-laptop.yaml "${sets[@]}" "$@" --wait --timeout 5m
}

install_it() { release install; }
helm_test() { helm test w2w --namespace "$NAMESPACE" --logs --timeout 5m; }

namespace() {
  kubectl create namespace "$NAMESPACE"
  touch "$WORK/made"
  kubectl label namespace "$NAMESPACE" pod-security.kubernetes.io/enforce=restricted
}

# The owner's address with another user and password.
address_of() { sed -E "s|^(postgres(ql)?://)[^/]*@|\1w2w_$1:$2@|" <<<"$DATABASE_URL"; }

secrets() {
  local owner=() service password ring
  mkdir "$WORK/rings" "$WORK/persons"
  bin/w2w keys init --dir "$WORK/rings"
  bin/w2w keys person-init --dir "$WORK/persons"
  bash scripts/kube-clients.sh "$WORK/clients"
  for service in "${SERVICES[@]}"; do
    password=$(openssl rand -hex 24)
    printf %s "$password" >"$WORK/$service-password"
    address_of "$service" "$password" | tr -d '\n' >"$WORK/$service-url"
    owner+=(--from-file="$service-password=$WORK/$service-password")
  done
  printf %s "$DATABASE_URL" >"$WORK/owner-url"
  k create secret generic w2w-owner --from-file=database-url="$WORK/owner-url" "${owner[@]}"
  k create secret generic w2w-gateway --from-file=database-url="$WORK/gateway-url" --from-file=clients.json="$WORK/clients/gateway.json"
  for ring in external internal modi; do
    k create secret generic "w2w-gateway-$ring" --from-file="$WORK/rings/$ring"
  done
  for service in concessions lsu; do
    k create secret generic "w2w-$service" --from-file=database-url="$WORK/$service-url" --from-file="$WORK/persons"
  done
  k create secret generic w2w-smoke --from-file=clients.json="$WORK/clients/clients.json"
}

# A pod of the suite's image, with the clients' keys, that Pod Security restricted admits: suite_pod NAME ARGS-AS-JSON.
suite_pod() {
  jq --null-input --arg name "$1" --argjson args "$2" --arg image "$REPOSITORY/suite:$TAG" '{
    apiVersion: "v1", kind: "Pod", metadata: {name: $name},
    spec: {restartPolicy: "Never", automountServiceAccountToken: false, enableServiceLinks: false,
      securityContext: {runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, seccompProfile: {type: "RuntimeDefault"}},
      containers: [{name: "w2w", image: $image, imagePullPolicy: "IfNotPresent",
        args: ($args + ["--gateway", "http://w2w-gateway:8080", "--clients", "/secrets/clients.json"]),
        securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: ["ALL"]}},
        volumeMounts: [{name: "clients", mountPath: "/secrets"}, {name: "season", mountPath: "/season"}, {name: "out", mountPath: "/out"}]}],
      volumes: [{name: "clients", secret: {secretName: "w2w-smoke", defaultMode: 288}},
        {name: "season", configMap: {name: "season"}}, {name: "out", emptyDir: {}}]}}' | k apply -f -
}

# The first 20 applications of one Region, the one that has clients.
season() {
  local dir=$WORK/season
  mkdir "$dir"
  awk -F, 'NR == 1 || ($2 == "03" && n++ < 20)' $DEMO/applications.csv >"$dir/applications.csv"
  awk -F, 'NR == FNR {of[$1]; next} $1 in of' "$dir/applications.csv" $DEMO/workers.csv >"$dir/workers.csv"
  awk -F, 'NR == 1 || $1 == "03"' $DEMO/plafonds.csv >"$dir/plafonds.csv"
  k create configmap season --from-file="$dir"
  suite_pod season '["import", "season", "/season", "--out", "/out"]'
  if ! k wait pod/season --for=jsonpath='{.status.phase}'=Succeeded --timeout=180s; then
    k logs season
    return 1
  fi
}

load_begins() {
  suite_pod load '["load", "--for", "20m"]'
  k wait pod/load --for=condition=Ready --timeout=60s
  sleep 3
}

# The outcome of the step is what the load counted last; it is bad if a request failed, or if there were none.
load_ends() {
  local count phase
  sleep 3
  phase=$(k get pod load --output jsonpath='{.status.phase}')
  k logs load | grep '^failed at' || true
  count=$(k logs load | grep -E '^[0-9]+ requests, [0-9]+ failed$' | tail -1)
  k delete pod load
  echo "$count" >"$WORK/note"
  [[ $phase == Running && $count =~ ^[1-9][0-9]*\ requests,\ 0\ failed$ ]]
}

rolling_update() {
  load_begins
  release upgrade --set-string podAnnotations.trial=again
  load_ends
}

# PodDisruptionBudgets answer 429 until the pod before is replaced.
evict() {
  local pod=$1 try
  for try in {1..60}; do
    jq --null-input --arg name "$pod" --arg namespace "$NAMESPACE" \
      '{apiVersion: "policy/v1", kind: "Eviction", metadata: {name: $name, namespace: $namespace}}' |
      k create --raw "/api/v1/namespaces/$NAMESPACE/pods/$pod/eviction" -f - && return
    sleep 2
  done
  return 1
}

evictions() {
  local pod service
  load_begins
  for pod in $(k get pods -l app.kubernetes.io/instance=w2w,app.kubernetes.io/component=service --output jsonpath='{.items[*].metadata.name}'); do
    evict "$pod"
    k wait "pod/$pod" --for=delete --timeout=120s
    for service in "${SERVICES[@]}"; do k rollout status "deployment/w2w-$service" --timeout=120s; done
  done
  load_ends
}

scale() {
  local service
  load_begins
  for service in "${SERVICES[@]}"; do k scale "deployment/w2w-$service" --replicas=3; done
  for service in "${SERVICES[@]}"; do k rollout status "deployment/w2w-$service" --timeout=120s; done
  for service in "${SERVICES[@]}"; do k scale "deployment/w2w-$service" --replicas=2; done
  for service in "${SERVICES[@]}"; do
    k wait "deployment/w2w-$service" --for=jsonpath='{.status.replicas}'=2 --timeout=120s
  done
  sleep 45 # the pods that go drain meanwhile
  load_ends
}

rollback() {
  load_begins
  helm rollback w2w 1 --namespace "$NAMESPACE" --wait --timeout 5m
  load_ends
}

uninstall() {
  local left
  helm uninstall w2w --namespace "$NAMESPACE" --wait --timeout 3m
  left=$(k get deployments,services,jobs,networkpolicies,poddisruptionbudgets,serviceaccounts -l app.kubernetes.io/part-of=w2w --output name)
  echo "left: $left"
  [[ -z $left ]]
}

# A cluster without the metrics API gives no figures, and is no failure.
use_of() { k top pods -l app.kubernetes.io/component=service >"$WORK/use-$1" 2>&1 || true; }
idle() { sleep 60; use_of idle; }
under_load() {
  load_begins
  sleep 60
  use_of load
  load_ends
}

# step NAME FUNCTION: after one that failed the others are left out.
step() {
  local name=$1 begin=$SECONDS outcome=ok
  if [[ -e $WORK/failed ]]; then
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
  echo
  printf '| step | seconds | outcome |\n|---|---|---|\n'
  cat "$TABLE" 2>/dev/null || true
  for use in idle load; do [[ ! -s $WORK/use-$use ]] || { echo; echo "$use:"; cat "$WORK/use-$use"; }; done
  # Only a namespace that the trial made itself.
  if [[ -e $WORK/made && ${KEEP:-} != 1 ]]; then kubectl delete namespace "$NAMESPACE" --wait=false >/dev/null || true; fi
  rm -rf "$WORK"
}
trap ends EXIT

rm -rf "$LOG"
mkdir -p "$LOG"
step "namespace, Pod Security restricted" namespace
step "keys, clients, Secrets" secrets
step "helm install" install_it
step "helm test" helm_test
step "season through the gateway" season
step "idle" idle
step "load" under_load
step "rolling update under load" rolling_update
step "eviction of every pod under load" evictions
step "to three replicas and back under load" scale
step "rollback under load" rollback
step "uninstall" uninstall
[[ ! -e $WORK/failed ]]
