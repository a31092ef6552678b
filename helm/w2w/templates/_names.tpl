{{/* Names and labels. Each takes the dictionary of root and name; `name` is a service or a job. */}}
{{- define "w2w.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "w2w.labels" -}}
{{ include "w2w.selector" . }}
app.kubernetes.io/part-of: w2w
app.kubernetes.io/component: {{ .component | default "service" }}
app.kubernetes.io/version: {{ include "w2w.tag" .root | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "w2w.tag" -}}
{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* The gateway is the one service that is public. */}}
{{- define "w2w.gateway" -}}
{{- range $name, $service := .Values.services }}{{ if $service.public }}{{ $name }}{{ end }}{{ end }}
{{- end }}

{{- define "w2w.secret" -}}
{{ .service.secret | default (printf "%s-%s" .root.Release.Name .name) }}
{{- end }}

{{- define "w2w.ownerSecret" -}}
{{ .Values.database.url.secret | default (printf "%s-owner" .Release.Name) }}
{{- end }}

{{- define "w2w.cluster" -}}
{{ .Release.Name }}-db
{{- end }}
