{{/* The prefix of all names. Short enough for the longest suffix. */}}
{{- define "nexus.fullname" -}}
{{- $name := .Values.fullnameOverride | default (ternary .Release.Name (printf "%s-nexus" .Release.Name) (contains "nexus" .Release.Name)) -}}
{{- $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Labels of each object. Call with (dict "root" $ "component" "nexus-gateway"); component is optional. */}}
{{- define "nexus.labels" -}}
{{- with .component -}}
app.kubernetes.io/name: {{ . }}
{{ end -}}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/part-of: nexus
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end -}}

{{/* The labels of the pods of one service. They never change, because a selector is immutable. */}}
{{- define "nexus.selector" -}}
app.kubernetes.io/name: {{ .component }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{/* Call with (dict "root" $ "image" .Values.images.gateway). */}}
{{- define "nexus.image" -}}
{{- if .image.digest -}}
{{ .image.name }}@{{ .image.digest }}
{{- else -}}
{{ .image.name }}:{{ .image.tag | default .root.Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "nexus.apiKeysSecret" -}}{{ .Values.gateway.apiKeysSecret | default (printf "%s-api-keys" (include "nexus.fullname" .)) }}{{- end -}}
{{- define "nexus.serviceKeySecret" -}}{{ .Values.gateway.serviceKeySecret | default (printf "%s-service-key" (include "nexus.fullname" .)) }}{{- end -}}
{{- define "nexus.gatewayTlsSecret" -}}{{ .Values.gateway.tlsSecret | default (printf "%s-gateway-tls" (include "nexus.fullname" .)) }}{{- end -}}
{{- define "nexus.brokerTlsSecret" -}}{{ .Values.broker.tlsSecret | default (printf "%s-broker-tls" (include "nexus.fullname" .)) }}{{- end -}}
{{- define "nexus.gatewayKeys" -}}{{ .Values.broker.gatewayKeysConfigMap | default (printf "%s-gateway-keys" (include "nexus.fullname" .)) }}{{- end -}}
{{- define "nexus.authorities" -}}{{ .Values.authoritiesConfigMap | default (printf "%s-authorities" (include "nexus.fullname" .)) }}{{- end -}}
{{- define "nexus.brokerDatabaseSecret" -}}{{ .Values.database.brokerSecret | default (printf "%s-broker-database" (include "nexus.fullname" .)) }}{{- end -}}
{{- define "nexus.migrationDatabaseSecret" -}}{{ .Values.database.migrationSecret | default (printf "%s-migration-database" (include "nexus.fullname" .)) }}{{- end -}}

{{/* The host of the Broker, which its certificate must name. */}}
{{- define "nexus.brokerHost" -}}{{ include "nexus.fullname" . }}-broker.{{ .Release.Namespace }}.svc{{- end -}}
{{/* The name in the Gateway's certificate. */}}
{{- define "nexus.gatewayIdentity" -}}{{ include "nexus.fullname" . }}-gateway{{- end -}}

{{- define "nexus.postgresql" -}}{{ include "nexus.fullname" . }}-postgresql{{- end -}}
{{- define "nexus.databaseAddress" -}}
{{- if .Values.cloudNativePG.enabled -}}
{{ include "nexus.postgresql" . }}-rw.{{ .Release.Namespace }}.svc:5432/{{ .Values.database.name }}
{{- else -}}
{{ .Values.database.host }}:{{ .Values.database.port }}/{{ .Values.database.name }}
{{- end -}}
{{- end -}}
{{/* The address for serving, which can be that of the pooler. */}}
{{- define "nexus.servingAddress" -}}
{{- if and .Values.cloudNativePG.enabled .Values.cloudNativePG.pooler.enabled -}}
{{ include "nexus.postgresql" . }}-pooler.{{ .Release.Namespace }}.svc:5432/{{ .Values.database.name }}
{{- else if and .Values.database.pooler.host (not .Values.cloudNativePG.enabled) -}}
{{ .Values.database.pooler.host }}:{{ .Values.database.pooler.port }}/{{ .Values.database.name }}
{{- else -}}
{{ include "nexus.databaseAddress" . }}
{{- end -}}
{{- end -}}
{{- define "nexus.jdbcUrl" -}}
jdbc:postgresql://{{ include "nexus.databaseAddress" . }}?sslmode=verify-full&sslrootcert=/etc/nexus/authorities/database.pem
{{- end -}}

{{/* hook or job. A hook before the installation could not use a database or a Secret that the installation creates. */}}
{{- define "nexus.migrationMode" -}}
{{- if eq .Values.migration.mode "auto" -}}
{{ ternary "job" "hook" (or .Values.cloudNativePG.enabled .Values.externalSecrets.enabled) }}
{{- else -}}
{{ .Values.migration.mode }}
{{- end -}}
{{- end -}}

{{- define "nexus.priorityClass" -}}
{{- if .Values.priorityClass.create -}}
{{ .Values.priorityClass.name | default (printf "%s-%s" .Release.Namespace (include "nexus.fullname" .)) }}
{{- else -}}
{{ .Values.priorityClass.name }}
{{- end -}}
{{- end -}}

{{/* A map of settings as a Java properties file. */}}
{{- define "nexus.properties" -}}
{{- range $name, $value := . }}
{{- $key := $name | replace "\\" "\\\\" | replace ":" "\\:" | replace "=" "\\=" | replace " " "\\ " }}
{{ $key }}={{ $value | toString | replace "\\" "\\\\" | replace "\n" "\\n" }}
{{- end -}}
{{- end -}}

{{- define "nexus.tracingProperties" -}}
quarkus.otel.sdk.disabled=false
quarkus.otel.exporter.otlp.endpoint={{ .Values.tracing.endpoint }}
# The fraction of requests that are traced.
quarkus.otel.traces.sampler.arg={{ .Values.tracing.ratio }}
{{- end -}}

{{/* The volume with the settings files, which are annotations of the pod. Call with the names of the files. */}}
{{- define "nexus.configVolume" -}}
# The files are annotations of this pod. So each revision of the pods has its own settings, also after a rollback, and a change of
# the settings starts a rollout.
- name: config
  downwardAPI:
    items:
      {{- range . }}
      - path: {{ . }}
        fieldRef:
          fieldPath: metadata.annotations['nexus/{{ . }}']
      {{- end }}
{{- end -}}

{{/* The trusted authorities of Vault and PostgreSQL. */}}
{{- define "nexus.authoritiesVolume" -}}
{{- if .Values.cloudNativePG.enabled -}}
- name: authorities
  projected:
    sources:
      - configMap:
          name: {{ include "nexus.authorities" . }}
          items:
            - {key: vault.pem, path: vault.pem}
      # The authority that the operator created for the cluster.
      - secret:
          name: {{ include "nexus.postgresql" . }}-ca
          items:
            - {key: ca.crt, path: database.pem}
{{- else -}}
- name: authorities
  configMap:
    # vault.pem and database.pem: the authorities of Vault's and PostgreSQL's certificates.
    name: {{ include "nexus.authorities" . }}
{{- end -}}
{{- end -}}

{{- define "nexus.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.images.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{- define "nexus.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{/* Call with (dict "root" $ "component" "nexus-gateway" "values" .Values.gateway). */}}
{{- define "nexus.scheduling" -}}
{{- with include "nexus.priorityClass" .root }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: {{ .root.Values.topologySpread.zones }}
    matchLabelKeys: [pod-template-hash]
    labelSelector:
      matchLabels:
        {{- include "nexus.selector" . | nindent 8 }}
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: {{ .root.Values.topologySpread.hosts }}
    matchLabelKeys: [pod-template-hash]
    labelSelector:
      matchLabels:
        {{- include "nexus.selector" . | nindent 8 }}
{{- end -}}

{{- define "nexus.probes" -}}
startupProbe:
  httpGet:
    path: /q/health/started
    port: management
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet:
    path: /q/health/live
    port: management
  periodSeconds: 10
  timeoutSeconds: 3
readinessProbe:
  httpGet:
    path: /q/health/ready
    port: management
  periodSeconds: 5
  timeoutSeconds: 3
lifecycle:
  preStop:
    sleep:
      seconds: 5
{{- end -}}

{{/* Mounts and volumes of .mounts. */}}
{{- define "nexus.extraMounts" -}}
{{- range . }}
- name: {{ .name }}
  mountPath: {{ .path }}
  readOnly: true
{{- end }}
{{- end -}}
{{- define "nexus.extraVolumes" -}}
{{- range . }}
- name: {{ .name }}
  {{- if .secret }}
  secret:
    secretName: {{ .secret }}
    defaultMode: 0440
  {{- else }}
  configMap:
    name: {{ .configMap }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* The namespaces from which callers reach the Gateway. */}}
{{- define "nexus.edgePeers" -}}
{{- if .Values.networkPolicies.edge -}}
{{- toYaml .Values.networkPolicies.edge }}
{{- else }}
{{- if .Values.ingress.enabled }}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ .Values.ingress.controllerNamespace }}
{{- end }}
{{- if .Values.gatewayApi.enabled }}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ .Values.gatewayApi.controllerNamespace }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "nexus.publicTlsSecret" -}}
{{- .value | default (printf "%s-public-tls" (include "nexus.fullname" .root)) }}
{{- end -}}

{{/* The port in an https URL. */}}
{{- define "nexus.urlPort" -}}
{{- $host := (urlParse .).host -}}
{{- if regexMatch ":[0-9]+$" $host }}{{ regexFind "[0-9]+$" $host }}{{ else }}443{{ end -}}
{{- end -}}

{{/* Stops with all faults of the values that the schema cannot express. */}}
{{- define "nexus.validate" -}}
{{- $faults := list -}}
{{- /* Not kubeVersion of Chart.yaml: it also refuses an API server that was built without a version, which reports v0.0.0. */}}
{{- if not (hasPrefix "v0.0.0" .Capabilities.KubeVersion.Version) }}
{{- if semverCompare "<1.30.0-0" .Capabilities.KubeVersion.Version }}
{{- fail (printf "\n\nNexus needs Kubernetes 1.30 or newer. This cluster runs %s.\n" .Capabilities.KubeVersion.Version) }}
{{- end }}
{{- end }}
{{- if not .Values.host }}{{ $faults = append $faults "host: set the public host of the Gateway, such as nexus.example.com" }}{{ end -}}
{{- range $service := list "gateway" "broker" }}
{{- if not (get $.Values.images $service).name }}
{{- $faults = append $faults (printf "images.%s.name: set the image with its registry, such as registry.example.com/nexus/nexus-%s" $service $service) }}
{{- end }}
{{- range (get $.Values $service).mounts }}
{{- if eq (empty .secret) (empty .configMap) }}
{{- $faults = append $faults (printf "%s.mounts, %s: set either secret or configMap" $service .name) }}
{{- end }}
{{- end }}
{{- end }}
{{- if and (eq .Values.migration.mode "hook") .Values.cloudNativePG.enabled .Release.IsInstall }}
{{- $faults = append $faults "migration.mode: hook runs before cloudNativePG creates the database; use job" }}
{{- end }}
{{- if and (eq .Values.migration.mode "hook") .Values.externalSecrets.enabled .Release.IsInstall }}
{{- $faults = append $faults "migration.mode: hook runs before externalSecrets creates the database's Secret; use job" }}
{{- end }}
{{- range $edge := list "ingress" "gatewayApi" }}
{{- $values := get $.Values $edge }}
{{- if and $values.enabled (kindIs "invalid" $values.clusterIssuer) }}
{{- $faults = append $faults (printf "%s.clusterIssuer: set the ClusterIssuer of cert-manager that issues the public certificate, or \"\" if you create the Secret %s" $edge (include "nexus.publicTlsSecret" (dict "root" $ "value" $values.tlsSecret))) }}
{{- end }}
{{- end }}
{{- if and .Values.cloudNativePG.pooler.enabled (not .Values.cloudNativePG.enabled) }}
{{- $faults = append $faults "cloudNativePG.pooler.enabled: needs cloudNativePG.enabled" }}
{{- end }}
{{- if gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas) }}
{{- $faults = append $faults "autoscaling.minReplicas: must not exceed autoscaling.maxReplicas" }}
{{- end }}
{{- if and (eq (include "nexus.migrationMode" .) "hook") (not $faults) }}
{{- if include "nexus.missing" (dict "root" . "migration" true) | trim }}
{{- fail (printf "\n\nCreate these objects in the namespace %s first (docs/operations/kubernetes.md). The migration needs some of them:\n%s\n" .Release.Namespace (include "nexus.missing" (dict "root" . "migration" false) | trim)) }}
{{- end }}
{{- end }}
{{- if $faults }}
{{- fail (printf "\n\nFix these values:\n  - %s\n" (join "\n  - " $faults)) }}
{{- end }}
{{- end -}}

{{/*
The Secrets and ConfigMaps that the installation needs and the cluster lacks, one a line. Empty if Helm does not reach the cluster,
as with helm template and Argo CD. migration: only those that the hook needs.
*/}}
{{- define "nexus.missing" -}}
{{- $root := .root -}}
{{- $objects := list -}}
{{- if not $root.Values.externalSecrets.enabled -}}
{{- $objects = append $objects (list "Secret" (include "nexus.migrationDatabaseSecret" $root) (list "database.properties")) -}}
{{- end -}}
{{- $authorities := ternary (list "vault.pem") (list "vault.pem" "database.pem") $root.Values.cloudNativePG.enabled -}}
{{- $objects = append $objects (list "ConfigMap" (include "nexus.authorities" $root) $authorities) -}}
{{- if not .migration -}}
{{- $objects = append $objects (list "ConfigMap" (include "nexus.gatewayKeys" $root) (list "gateway-keys.json")) -}}
{{- if not $root.Values.externalSecrets.enabled -}}
{{- $objects = append $objects (list "Secret" (include "nexus.brokerDatabaseSecret" $root) (list "database.properties")) -}}
{{- $objects = append $objects (list "Secret" (include "nexus.apiKeysSecret" $root) (list "api-keys.yaml")) -}}
{{- $objects = append $objects (list "Secret" (include "nexus.serviceKeySecret" $root) (list "service-key.json")) -}}
{{- end -}}
{{- if not $root.Values.certManager.enabled -}}
{{- $objects = append $objects (list "Secret" (include "nexus.gatewayTlsSecret" $root) (list "tls.crt" "tls.key" "ca.crt")) -}}
{{- $objects = append $objects (list "Secret" (include "nexus.brokerTlsSecret" $root) (list "tls.crt" "tls.key" "ca.crt")) -}}
{{- end -}}
{{- range $edge := list "ingress" "gatewayApi" -}}
{{- $values := get $root.Values $edge -}}
{{- if and $values.enabled (not $values.clusterIssuer) -}}
{{- $objects = append $objects (list "Secret" (include "nexus.publicTlsSecret" (dict "root" $root "value" $values.tlsSecret)) (list "tls.crt" "tls.key")) -}}
{{- end -}}
{{- end -}}
{{- range $root.Values.images.pullSecrets -}}
{{- $objects = append $objects (list "Secret" . (list ".dockerconfigjson")) -}}
{{- end -}}
{{- range concat $root.Values.gateway.mounts $root.Values.broker.mounts -}}
{{- $objects = append $objects (list (ternary "Secret" "ConfigMap" (not (empty .secret))) (.secret | default .configMap) list) -}}
{{- end -}}
{{- end -}}
{{- if lookup "v1" "Namespace" "" $root.Release.Namespace -}}
{{- range $objects -}}
{{- $found := lookup "v1" (index . 0) $root.Release.Namespace (index . 1) -}}
{{- if not $found }}
- {{ index . 0 }} {{ index . 1 }}{{ with index . 2 }} with {{ join ", " . }}{{ end }}
{{- else -}}
{{- $object := . -}}
{{- range index . 2 -}}
{{- if not (hasKey ($found.data | default dict) .) }}
- {{ . }} in the {{ index $object 0 }} {{ index $object 1 }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
