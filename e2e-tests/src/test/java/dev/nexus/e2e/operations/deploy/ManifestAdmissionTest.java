package dev.nexus.e2e.operations.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.e2e.operations.deploy.Command.Outcome;
import dev.nexus.e2e.support.Checkout;
import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.testsupport.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A real API server accepts the manifests of each environment without a warning, and a Pod of each template. */
@NeedsOnPath({"etcd", "kube-apiserver", "kubectl", "helm", "go"})
class ManifestAdmissionTest {

    private static final Path CHART = Checkout.ROOT.resolve("deploy/helm/nexus");

    /** Other tests create the objects in the namespace nexus, which Helm would not take over. */
    private static final String NEW_NAMESPACE = "another";

    private static ApiServer server;

    @BeforeAll
    static void serve() throws IOException {
        Files.createDirectories(Path.of("target"));
        server = ApiServer.prepared(Files.createTempDirectory(Path.of("target"), "kube-apiserver"));
    }

    @AfterAll
    static void end() {
        server.close();
    }

    static Stream<String> environments() {
        return Manifests.environments().stream();
    }

    @ParameterizedTest
    @MethodSource("environments")
    void environment_is_accepted_without_a_warning(String environment) {
        Outcome outcome =
                server.apply("--filename=" + Manifests.file(environment)).run();

        assertThat(outcome.exit()).as(outcome.err()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out().lines())
                .hasSameSizeAs(Manifests.objects(environment))
                .allMatch(line -> line.endsWith(" serverside-applied"));
    }

    @ParameterizedTest
    @MethodSource("environments")
    @Promise(31)
    void a_pod_of_each_template_is_admitted(String environment) {
        List<ObjectNode> objects = Manifests.objects(environment);
        server.apply("--filename=-")
                .reading(Manifests.render(environment))
                .run()
                .orFail();

        List<ObjectNode> pods = Manifests.pods(objects);

        assertThat(pods).hasSize((int) Stream.of("Deployment", "Job")
                .flatMap(kind -> Manifests.ofKind(objects, kind))
                .count());
        for (ObjectNode pod : pods) {
            Outcome outcome = create(pod);
            assertThat(outcome.exit()).as(outcome.err()).isZero();
            assertThat(outcome.err()).isEmpty();
        }
    }

    @Test
    @Promise(31)
    void the_namespace_enforces_restricted_pod_security() {
        String level = server.kubectl(
                        "get",
                        "namespace",
                        "nexus",
                        "--output=jsonpath={.metadata.labels.pod-security\\.kubernetes\\.io/enforce}")
                .run()
                .orFail();

        assertThat(level).isEqualTo("restricted");
    }

    @Test
    void privileged_template_gets_a_warning_and_its_pod_is_rejected() {
        ObjectNode gateway = deployment(Manifests.objects("production"), "nexus-gateway");
        ((ObjectNode) gateway.at("/spec/template/spec/containers/0/securityContext"))
                .put("allowPrivilegeEscalation", true);

        Outcome applied = server.apply("--dry-run=server", "--filename=-")
                .reading(Manifests.text(gateway))
                .run();
        Outcome created = create(Manifests.pods(List.of(gateway)).get(0));

        assertThat(applied.err()).contains("Warning: would violate PodSecurity", "allowPrivilegeEscalation");
        assertThat(created.exit()).isNotZero();
        assertThat(created.err()).contains("violates PodSecurity \"restricted:latest\"", "allowPrivilegeEscalation");
    }

    @Test
    void misspelt_field_is_rejected() {
        ObjectNode broker = deployment(Manifests.objects("production"), "nexus-broker");
        ObjectNode container = (ObjectNode) broker.at("/spec/template/spec/containers/0");
        container.set("readynessProbe", container.remove("readinessProbe"));

        Outcome applied = server.apply("--dry-run=server", "--filename=-")
                .reading(Manifests.text(broker))
                .run();

        assertThat(applied.exit()).isNotZero();
        assertThat(applied.err()).contains("readynessProbe");
    }

    @Test
    void misspelt_field_of_a_custom_resource_is_rejected() {
        ObjectNode monitor = Manifests.ofKind(Manifests.objects("production"), "ServiceMonitor")
                .findAny()
                .orElseThrow();
        ObjectNode endpoint = (ObjectNode) monitor.at("/spec/endpoints/0");
        endpoint.set("intervall", endpoint.remove("interval"));

        Outcome applied = server.apply("--dry-run=server", "--filename=-")
                .reading(Manifests.text(monitor))
                .run();

        assertThat(applied.exit()).isNotZero();
        assertThat(applied.err()).contains("intervall");
    }

    @Test
    void installation_names_missing_objects_until_they_exist() {
        server.kubectl("create", "namespace", NEW_NAMESPACE).run().orFail();
        server.kubectl("label", "namespace", NEW_NAMESPACE, "pod-security.kubernetes.io/enforce=restricted")
                .run()
                .orFail();

        Outcome before = install().run();
        List<Mounted> missing = Mounted.ofMessage(before.err());
        missing.forEach(Mounted::create);
        Outcome after = install().run();

        assertThat(before.exit()).isNotZero();
        assertThat(missing.stream().map(Mounted::object))
                .containsExactlyInAnyOrderElementsOf(Mounted.ofManifests("dev"));
        assertThat(after.exit()).as(after.err()).isZero();
        assertThat(after.out()).contains("NOTES:").doesNotContain("MISSING");
    }

    @Test
    void every_option_of_the_chart_is_accepted() {
        // Without a controller, the namespace has no service account for the pod of helm test.
        server.kubectl("create", "serviceaccount", "default", "--namespace=nexus")
                .run()
                .orFail();
        String rendered = Command.of(
                        "helm",
                        "template",
                        "everything",
                        CHART.toString(),
                        "--namespace=nexus",
                        "--kube-version=1.34",
                        "--values=" + Checkout.ROOT.resolve("deploy/helm/every-option.yaml"))
                .run()
                .orFail();

        Outcome outcome = server.apply("--dry-run=server", "--filename=-")
                .reading(rendered)
                .run();

        assertThat(outcome.exit()).as(outcome.err()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out().lines()).hasSameSizeAs(Manifests.parse(rendered));
    }

    private static Command install() {
        return server.helm(
                "install",
                "nexus",
                CHART.toString(),
                "--namespace=" + NEW_NAMESPACE,
                "--values=" + Checkout.ROOT.resolve("deploy/helm/environments/dev.yaml"),
                "--dry-run=server");
    }

    /** An object that an operator creates and a Pod mounts. */
    private record Mounted(String kind, String name, List<String> keys) {

        private static final Pattern LINE = Pattern.compile("- (Secret|ConfigMap) (\\S+) with (.+)");

        /** Reads the message of the chart. */
        static List<Mounted> ofMessage(String message) {
            return LINE.matcher(message)
                    .results()
                    .map(line -> new Mounted(
                            line.group(1).toLowerCase(Locale.ROOT),
                            line.group(2),
                            List.of(line.group(3).split(", ", -1))))
                    .toList();
        }

        /** Returns the objects that the Pods of an environment mount and that the chart does not create. */
        static Set<String> ofManifests(String environment) {
            Set<String> mounted = new TreeSet<>();
            List<ObjectNode> objects = Manifests.objects(environment);
            Manifests.pods(objects)
                    .forEach(pod -> pod.at("/spec/volumes").forEach(volume -> {
                        if (volume.has("secret")) {
                            mounted.add(
                                    "secret " + volume.at("/secret/secretName").asText());
                        } else if (volume.has("configMap")) {
                            mounted.add(
                                    "configmap " + volume.at("/configMap/name").asText());
                        }
                    }));
            Manifests.ofKind(objects, "ConfigMap").forEach(made -> mounted.remove("configmap " + Manifests.name(made)));
            return mounted;
        }

        String object() {
            return kind + " " + name;
        }

        void create() {
            List<String> arguments = new ArrayList<>(List.of("create", "--namespace=" + NEW_NAMESPACE, kind));
            if (kind.equals("secret")) {
                arguments.add("generic");
            }
            arguments.add(name);
            keys.forEach(key -> arguments.add("--from-literal=" + key + "=something"));
            server.kubectl(arguments.toArray(String[]::new)).run().orFail();
        }
    }

    private static ObjectNode deployment(List<ObjectNode> objects, String name) {
        return Manifests.ofKind(objects, "Deployment")
                .filter(object -> Manifests.name(object).equals(name))
                .findAny()
                .orElseThrow();
    }

    private static Outcome create(ObjectNode pod) {
        return server.kubectl("create", "--validate=strict", "--dry-run=server", "--filename=-")
                .reading(Manifests.text(pod))
                .run();
    }
}
