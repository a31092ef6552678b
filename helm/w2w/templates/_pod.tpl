{{/* What every pod of the release has: Pod Security "restricted", no token, no variables made from Services' names. */}}
{{- define "w2w.podCommon" -}}
# A service refuses unknown W2W_ variables, and Kubernetes would make some from the names of our Services.
enableServiceLinks: false
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.scheduling.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.scheduling.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.scheduling.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "w2w.containerCommon" -}}
image: {{ printf "%s/%s:%s" .root.Values.image.repository .image (include "w2w.tag" .root) | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
terminationMessagePolicy: FallbackToLogsOnError
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* The database of a service: a URL from its Secret, or one made of the password of its role in the cluster. */}}
{{- define "w2w.databaseEnv" -}}
{{- if .root.Values.database.cnpg.enabled -}}
- name: DATABASE_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ include "w2w.ownerSecret" .root }}, key: {{ .name }}-password}}
- name: W2W_DATABASE_URL
  value: postgres://w2w_{{ .name }}:$(DATABASE_PASSWORD)@{{ include "w2w.databaseHost" .root }}:5432/w2w?sslmode=require
{{- else -}}
- name: W2W_DATABASE_URL
  valueFrom: {secretKeyRef: {name: {{ include "w2w.secret" . }}, key: database-url}}
{{- end }}
{{- end }}

{{- define "w2w.databaseHost" -}}
{{ include "w2w.cluster" . }}-{{ ternary "pooler" "rw" .Values.database.cnpg.pooler.enabled }}
{{- end }}

{{/* The database for its owner, as jobs use it. */}}
{{- define "w2w.ownerEnv" -}}
- name: W2W_DATABASE_URL
  {{- if .Values.database.cnpg.enabled }}
  valueFrom: {secretKeyRef: {name: {{ include "w2w.cluster" . }}-app, key: uri}}
  {{- else }}
  valueFrom: {secretKeyRef: {name: {{ include "w2w.ownerSecret" . }}, key: database-url}}
  {{- end }}
{{- end }}

{{/* By what a job verifies PostgreSQL where its authority is not a public one; the key may be missing. */}}
{{- define "w2w.authorityVolume" -}}
- name: secrets
  secret: {secretName: {{ include "w2w.ownerSecret" . }}, defaultMode: 0440, optional: true, items: [{key: ca.pem, path: ca.pem}]}
{{- end }}

{{/* What the chart itself knows about a service; its own `env` adds to it and wins. */}}
{{- define "w2w.serviceEnv" -}}
{{- $root := .root }}
{{- $env := dict "W2W_ADDR" ":8080" "W2W_INTERNAL_ADDR" ":9090" "W2W_DRAIN_DELAY" (printf "%ds" (int $root.Values.rollout.drainSeconds)) "W2W_DATABASE_CONNECTIONS" (toString $root.Values.database.connections) }}
{{- if .service.public }}
{{- $routes := list }}
{{- $specs := list (printf "/openapi/%s.v1.yaml" .name) }}
{{- range $name, $service := $root.Values.services }}
{{- if not $service.public }}
{{- $routes = append $routes (printf "%s=http://%s-%s:8080" $name $root.Release.Name $name) }}
{{- $specs = append $specs (printf "/openapi/%s.v1.yaml" $name) }}
{{- end }}
{{- end }}
{{- $_ := set $env "W2W_GATEWAY_ROUTES" (join "," $routes) }}
{{- $_ := set $env "W2W_SPECS" (join "," $specs) }}
{{- else }}
{{- $_ := set $env "W2W_GATEWAY_KEYS_URL" (printf "http://%s-%s:9090/internal/jwks.json" $root.Release.Name (include "w2w.gateway" $root)) }}
{{- end }}
{{- if .service.personKeys }}
{{- $_ := set $env (printf "W2W_%s_PERSON_KEYS" (.name | upper | replace "-" "_")) "/secrets" }}
{{- end }}
{{- range $key, $value := .service.env }}
{{- $_ := set $env $key (tpl $value $root) }}
{{- end }}
{{- range $key, $value := $env }}
- name: {{ $key }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
