{{- define "service.name" -}}
{{ .Release.Name }}-{{ .Chart.Name }}
{{- end }}

{{- define "service.selector" -}}
app.kubernetes.io/name: openswipe
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: {{ .Chart.Name }}
{{- end }}

{{- define "service.labels" -}}
{{ include "service.selector" . }}
app.kubernetes.io/part-of: openswipe
app.kubernetes.io/version: {{ .Values.global.image.tag | default .Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: openswipe-{{ .Chart.Version }}
{{- end }}

{{- define "service.image" -}}
{{- $image := .Values.global.image -}}
{{ .Values.image | default (printf "%s/openswipe-%s:%s" $image.registry .Chart.Name ($image.tag | default .Chart.AppVersion)) }}
{{- end }}

{{/* The services that this one calls by gRPC: the one table, global.calls, makes addresses and network policies. */}}
{{- define "service.callees" -}}
{{ index .Values.global.calls .Chart.Name | default list | toJson }}
{{- end }}
