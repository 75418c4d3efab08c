{{/* Every variable that is no secret. */}}
{{- define "service.configuration" -}}
KAFKA_BROKERS: {{ .Values.global.kafka.brokers | quote }}
TOPIC_PREFIX: {{ .Values.global.kafka.topicPrefix | quote }}
HTTP_LISTEN: "0.0.0.0:{{ .Values.global.ports.http }}"
METRICS_LISTEN: "0.0.0.0:{{ .Values.global.ports.metrics }}"
LOG_LEVEL: {{ .Values.global.logLevel | quote }}
NODE_ENV: production
{{- with .Values.global.nodeOptions }}
NODE_OPTIONS: {{ . | quote }}
{{- end }}
{{- if .Values.grpc }}
GRPC_LISTEN: "0.0.0.0:{{ .Values.global.ports.grpc }}"
{{- end }}
{{- if .Values.store }}
MONGO_DATABASE: {{ printf "%s%s" .Values.global.mongo.databasePrefix .Chart.Name | quote }}
{{- end }}
{{- range include "service.callees" . | fromJsonArray }}
{{ upper . }}_ADDRESS: "{{ $.Release.Name }}-{{ . }}:{{ $.Values.global.ports.grpc }}"
{{- end }}
{{- range $name, $value := .Values.config }}
{{ $name }}: {{ tpl (toString $value) $ | quote }}
{{- end }}
{{- end }}

{{/* Every variable that is a secret, by reference. */}}
{{- define "service.env" -}}
{{- if .Values.store }}
{{- with .Values.global.mongo.secret }}
- name: MONGO_URL
  valueFrom: { secretKeyRef: { name: {{ .name }}, key: {{ .key }} } }
{{- end }}
{{- end }}
{{- range .Values.secret.keys }}
- name: {{ . }}
  valueFrom: { secretKeyRef: { name: {{ $.Values.secret.name }}, key: {{ . }} } }
{{- end }}
{{- end }}
