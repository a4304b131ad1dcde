package dev.nexus.e2e.operations.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.testsupport.Promise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The exact set of connections that the NetworkPolicies allow, according to Cyclonus. */
@NeedsOnPath("cyclonus")
class NetworkPolicyTest {

    @ParameterizedTest
    @CsvSource({"dev, ingress-nginx", "production, envoy-gateway-system"})
    @Promise(31)
    void only_the_listed_connections_are_allowed(String environment, String edge) throws IOException {
        Set<String> allowed = NetworkFlows.allowed(policies(environment));

        assertThat(allowed)
                .containsExactlyInAnyOrder(
                        edge + " -> gateway TCP 8080",
                        "gateway -> broker TCP 8081",
                        "broker -> postgresql TCP 5432",
                        "broker -> vault TCP 8200",
                        "broker -> a public IPv4 address TCP 443",
                        "broker -> a public IPv6 address TCP 443",
                        "migrate -> postgresql TCP 5432",
                        "monitoring -> gateway TCP 9000",
                        "monitoring -> broker TCP 9001",
                        "gateway -> monitoring TCP 4317",
                        "broker -> monitoring TCP 4317",
                        "gateway -> dns UDP 53",
                        "gateway -> dns TCP 53",
                        "broker -> dns UDP 53",
                        "broker -> dns TCP 53",
                        "migrate -> dns UDP 53",
                        "migrate -> dns TCP 53",
                        "another pod of nexus -> dns UDP 53",
                        "another pod of nexus -> dns TCP 53",
                        "gateway of another release -> dns UDP 53",
                        "gateway of another release -> dns TCP 53");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production"})
    @Promise(31)
    void gateway_cannot_reach_the_database_or_vault(String environment) throws IOException {
        assertThat(NetworkFlows.allowed(policies(environment)))
                .noneMatch(flow -> flow.startsWith("gateway -> postgresql") || flow.startsWith("gateway -> vault"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production"})
    void only_the_gateway_can_reach_the_broker_port(String environment) throws IOException {
        assertThat(NetworkFlows.allowed(policies(environment)).stream()
                        .filter(flow -> flow.contains("-> broker TCP 8081")))
                .containsExactly("gateway -> broker TCP 8081");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production"})
    void no_pod_of_nexus_can_reach_the_cloud_metadata(String environment) throws IOException {
        assertThat(NetworkFlows.PEERS).contains("the metadata address", "the metadata address in IPv6");

        assertThat(NetworkFlows.allowed(policies(environment))).noneMatch(flow -> flow.contains("metadata"));
    }

    @Test
    void migration_policy_alone_allows_only_the_database_and_dns() throws IOException {
        // At the first installation, the migration runs before the other policies exist.
        List<ObjectNode> policies = policies("production");
        policies.removeIf(policy -> !Manifests.name(policy).equals("nexus-migrate"));

        assertThat(policies).hasSize(1);
        assertThat(NetworkFlows.allowed(policies).stream().filter(flow -> flow.contains("migrate")))
                .containsExactlyInAnyOrder(
                        "migrate -> postgresql TCP 5432", "migrate -> dns UDP 53", "migrate -> dns TCP 53");
    }

    @Test
    void added_permissive_policy_is_found() throws IOException {
        List<ObjectNode> policies = policies("production");
        Set<String> before = NetworkFlows.allowed(policies);
        policies.addAll(Manifests.parse("""
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: permissive, namespace: nexus}
                spec:
                  podSelector: {}
                  policyTypes: [Ingress, Egress]
                  ingress: [{}]
                  egress: [{}]
                """));

        Set<String> more = new TreeSet<>(NetworkFlows.allowed(policies));
        more.removeAll(before);

        assertThat(more)
                .contains(
                        "gateway -> postgresql TCP 5432",
                        "gateway -> vault TCP 8200",
                        "a pod elsewhere -> broker TCP 8081",
                        "broker -> the metadata address TCP 80");
    }

    @Test
    void without_default_deny_a_pod_without_a_policy_is_open() throws IOException {
        List<ObjectNode> policies = policies("production");
        policies.removeIf(policy -> Manifests.name(policy).equals("nexus-default-deny"));

        assertThat(NetworkFlows.allowed(policies)).contains("a pod elsewhere -> another pod of nexus TCP 8080");
    }

    @Test
    void removed_exception_of_an_address_range_is_found() throws IOException {
        List<ObjectNode> policies = policies("production");
        ObjectNode broker = policies.stream()
                .filter(policy -> Manifests.name(policy).equals("nexus-broker"))
                .findAny()
                .orElseThrow();
        broker.at("/spec/egress")
                .forEach(rule -> rule.path("to").forEach(peer -> {
                    if (peer.path("ipBlock") instanceof ObjectNode block) {
                        block.remove("except");
                    }
                }));

        assertThat(NetworkFlows.allowed(policies)).contains("broker -> the metadata address TCP 443");
    }

    private static List<ObjectNode> policies(String environment) {
        return new ArrayList<>(Manifests.ofKind(Manifests.objects(environment), "NetworkPolicy")
                .toList());
    }
}
