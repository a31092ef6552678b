# What kube-test.sh works with: the release, its namespace, Secrets and database, and pods of the suite. Sourced by it.

k() { kubectl --namespace "$NAMESPACE" "$@"; }

# release COMMAND TAG [ARGS]: two of each service, so that one may always be away; otherwise the values of a laptop.
release() {
  local command=$1 tag=$2 service
  shift 2
  local sets=(--set "image.repository=$REPOSITORY" --set "image.tag=$tag")
  for service in "${SERVICES[@]}"; do
    sets+=(--set "services.$service.replicas=2" --set "services.$service.pdb.enabled=true")
  done
  helm "$command" w2w "$CHART" --namespace "$NAMESPACE" -f "$CHART/values-laptop.yaml" "${sets[@]}" "$@" --wait --timeout 5m
}

make_namespace() {
  kubectl create namespace "$NAMESPACE"
  touch "$WORK/made"
  kubectl label namespace "$NAMESPACE" pod-security.kubernetes.io/enforce=restricted
}

# Parts of DATABASE_URL. A server that is given by its address gets a Service in the namespace, which the trial can take
# away; one that is given by a name is called by it.
server() { sed -E 's|^[^@]*@([^/]*)/.*|\1|' <<<"$DATABASE_URL"; }
has_address() { [[ $(server) =~ ^[0-9.]+(:[0-9]+)?$ ]]; }
database_service() {
  local server port
  server=$(server) port=5432
  [[ $server != *:* ]] || port=${server#*:}
  jq --null-input --arg address "${server%:*}" --argjson port "$port" '{apiVersion: "v1", kind: "List", items: [
    {apiVersion: "v1", kind: "Service", metadata: {name: "w2w-database"}, spec: {ports: [{name: "postgres", port: 5432, targetPort: $port}]}},
    {apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", addressType: "IPv4",
      metadata: {name: "w2w-database", labels: {"kubernetes.io/service-name": "w2w-database"}},
      ports: [{name: "postgres", port: $port}], endpoints: [{addresses: [$address]}]}]}' | k apply -f -
}

# The address of the database for a user and a password.
address_for() {
  local host
  host=$(server)
  if has_address; then host=w2w-database:5432; fi
  sed -E "s|^(postgres(ql)?://)[^/]*@[^/]*|\1$1:$2@$host|" <<<"$DATABASE_URL" | tr -d '\n'
}

secrets() {
  local owner=() service password ring user
  if has_address; then database_service; fi
  mkdir "$WORK/rings" "$WORK/persons"
  bin/w2w keys init --dir "$WORK/rings"
  bin/w2w keys person-init --dir "$WORK/persons"
  bash scripts/kube-clients.sh "$WORK/clients"
  for service in "${SERVICES[@]}"; do
    password=$(openssl rand -hex 24)
    printf %s "$password" >"$WORK/$service-password"
    address_for "w2w_$service" "$password" >"$WORK/$service-url"
    owner+=(--from-file="$service-password=$WORK/$service-password")
  done
  user=$(sed -E 's|^[a-z]+://([^@]*)@.*|\1|' <<<"$DATABASE_URL")
  address_for "${user%%:*}" "${user#*:}" >"$WORK/owner-url"
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

# A pod of the suite's image, with the clients' keys, that Pod Security restricted admits: suite_pod NAME ARG...
suite_pod() {
  printf '%s\n' "${@:2}" | jq --raw-input --null-input --arg name "$1" --arg image "$REPOSITORY/suite:$TAG" '{
    apiVersion: "v1", kind: "Pod", metadata: {name: $name},
    spec: {restartPolicy: "Never", automountServiceAccountToken: false, enableServiceLinks: false, terminationGracePeriodSeconds: 1,
      securityContext: {runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, seccompProfile: {type: "RuntimeDefault"}},
      containers: [{name: "w2w", image: $image, imagePullPolicy: "IfNotPresent",
        args: ([inputs] + ["--gateway", "http://w2w-gateway:8080", "--clients", "/secrets/clients.json"]),
        securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: ["ALL"]}},
        volumeMounts: [{name: "clients", mountPath: "/secrets"}, {name: "season", mountPath: "/season"}, {name: "out", mountPath: "/out"}]}],
      volumes: [{name: "clients", secret: {secretName: "w2w-smoke", defaultMode: 288}},
        {name: "season", configMap: {name: "season", optional: true}}, {name: "out", emptyDir: {}}]}}' | k apply -f -
}

pods_of() { k get pods -l "app.kubernetes.io/instance=w2w,app.kubernetes.io/component=service${1:+,app.kubernetes.io/name=$1}" --output jsonpath='{.items[*].metadata.name}'; }

# All replicas are ready, and those that had to go are gone.
all_ready() {
  local service
  for service in "${SERVICES[@]}"; do k rollout status "deployment/w2w-$service" --timeout=120s; done
  for _ in {1..120}; do
    k get pods -l app.kubernetes.io/component=service --output json | jq --exit-status 'any(.items[]; .metadata.deletionTimestamp)' >/dev/null || return 0
    sleep 1
  done
  return 1
}

# load_begins RATE: what portals send, until load_ends.
load_begins() {
  k delete pod load --ignore-not-found --now
  suite_pod load load --for 30m --rate "${1:-100}"
  k wait pod/load --for=condition=Ready --timeout=60s
  sleep 3
}

# The outcome of the step is what the load counted last; it is bad if a request failed, or if there were none.
load_ends() {
  local count phase
  sleep 3
  phase=$(k get pod load --output jsonpath='{.status.phase}')
  k logs load | grep '^failed at' || true
  count=$(k logs load | grep -E '^[0-9]+ requests, [0-9]+ failed' | tail -1)
  k delete pod load --now
  echo "$count" >"$WORK/note"
  [[ $phase == Running && $count =~ ^[1-9][0-9]*\ requests,\ 0\ failed ]]
}

# each_pod FUNCTION: one after the other, each when all are ready again.
each_pod() {
  local pod
  for pod in $(pods_of); do
    "$1" "$pod"
    sleep 2
    all_ready
  done
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
# New pods have figures after a while.
has_metrics() {
  for _ in {1..12}; do
    ! k top pods || return 0
    sleep 5
  done
  return 1
}

# use_of NAME: CPU and memory of each service, mean of four looks in a minute; without a metrics API there are no figures.
use_of() {
  local look
  for look in 1 2 3 4; do
    sleep 15
    k top pods -l app.kubernetes.io/component=service --no-headers || return 0
  done | awk '{sub(/-[^-]*-[^-]*$/, "", $1); sub(/^w2w-/, "", $1); n[$1]++; cpu[$1] += $2; if ($3 + 0 > most[$1]) most[$1] = $3 + 0}
    END {for (s in n) printf "| %s | '"$1"' | %.0fm | %d MiB |\n", s, cpu[s] / 4, most[s]}' | sort >>"$WORK/use"
}
