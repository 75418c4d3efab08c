{{- define "openswipe.labels" -}}
app.kubernetes.io/name: openswipe
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: openswipe
app.kubernetes.io/version: {{ .Values.global.image.tag | default .Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}
