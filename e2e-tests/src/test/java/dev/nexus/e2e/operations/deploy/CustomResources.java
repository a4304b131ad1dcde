package dev.nexus.e2e.operations.deploy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Provides the custom resource definitions for the manifests from the Go modules of the operators.
 *
 * <p>Go downloads a module once and verifies it with the checksum database.
 */
final class CustomResources {

    private static final Map<String, List<String>> DEFINITIONS = Map.of(
            "github.com/prometheus-operator/prometheus-operator@v0.85.0",
            List.of(
                    "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml",
                    "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml"),
            "sigs.k8s.io/gateway-api@v1.4.1",
            List.of(
                    "config/crd/standard/gateway.networking.k8s.io_gateways.yaml",
                    "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml"),
            "github.com/envoyproxy/gateway@v1.7.0",
            List.of(
                    "charts/gateway-helm/crds/generated/gateway.envoyproxy.io_envoyproxies.yaml",
                    "charts/gateway-helm/crds/generated/gateway.envoyproxy.io_clienttrafficpolicies.yaml"),
            "github.com/cloudnative-pg/cloudnative-pg@v1.27.0",
            List.of(
                    "config/crd/bases/postgresql.cnpg.io_clusters.yaml",
                    "config/crd/bases/postgresql.cnpg.io_poolers.yaml"),
            "github.com/external-secrets/external-secrets@v0.16.2",
            List.of(
                    "config/crds/bases/external-secrets.io_secretstores.yaml",
                    "config/crds/bases/external-secrets.io_externalsecrets.yaml"),
            "github.com/cert-manager/cert-manager@v1.21.2",
            List.of(
                    "deploy/crds/cert-manager.io_issuers.yaml",
                    "deploy/crds/cert-manager.io_certificates.yaml",
                    "deploy/crds/cert-manager.io_certificaterequests.yaml"));

    private CustomResources() {}

    static List<Path> definitions() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, List<String>> module : DEFINITIONS.entrySet()) {
            Path folder = GoModule.fetched(module.getKey());
            module.getValue().forEach(file -> files.add(folder.resolve(file)));
        }
        return files;
    }
}
