package dev.nexus.e2e.operations.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.e2e.operations.deploy.Command.Outcome;
import dev.nexus.e2e.support.Checkout;
import dev.nexus.e2e.support.NeedsOnPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real API server accepts each overlay without a warning, and a Pod of each template. */
@NeedsOnPath({"etcd", "kube-apiserver", "kubectl", "go"})
class ManifestAdmissionTest {

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

    static Stream<String> overlays() {
        return Manifests.overlays().stream();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void overlay_is_accepted_without_a_warning(String overlay) {
        Outcome outcome = server.apply("--kustomize=" + Manifests.KUBERNETES.resolve(overlay))
                .run();

        assertThat(outcome.exit()).as(outcome.err()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out().lines())
                .hasSameSizeAs(Manifests.objects(overlay))
                .allMatch(line -> line.endsWith(" serverside-applied"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlays/dev", "overlays/production"})
    void first_step_of_a_rollout_excludes_only_the_gateway(String overlay) throws IOException {
        String kustomization = "--kustomize=" + Manifests.KUBERNETES.resolve(overlay);
        List<String> leftOut = new ArrayList<>(
                server.apply(kustomization).run().orFail().lines().toList());

        Outcome first = server.apply(kustomization, "--selector=" + selectorOfTheFirstStep())
                .run();
        leftOut.removeAll(first.orFail().lines().toList());

        assertThat(first.out()).contains("deployment.apps/nexus-broker serverside-applied");
        assertThat(leftOut)
                .containsExactlyInAnyOrder(
                        "deployment.apps/nexus-gateway serverside-applied",
                        "service/nexus-gateway serverside-applied",
                        "service/nexus-gateway-management serverside-applied");
    }

    /** Returns the label selector for the first step, which deploy/ci/deploy and the two guides must share. */
    private static String selectorOfTheFirstStep() throws IOException {
        Pattern option = Pattern.compile("(?:--selector|-l) '(app\\.kubernetes\\.io/name[^']*)'");
        Set<String> selectors = new TreeSet<>();
        for (String file :
                List.of("deploy/ci/deploy", "docs/operations/kubernetes.md", "docs/operations/upgrading.md")) {
            List<String> ofFile = option.matcher(Files.readString(Checkout.ROOT.resolve(file)))
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            assertThat(ofFile).as(file).isNotEmpty();
            selectors.addAll(ofFile);
        }
        assertThat(selectors).hasSize(1);
        return selectors.iterator().next();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void a_pod_of_each_template_is_admitted(String overlay) {
        List<ObjectNode> objects = Manifests.objects(overlay);
        server.apply("--filename=-").reading(Manifests.render(overlay)).run().orFail();

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
        ObjectNode gateway = deployment(Manifests.objects("overlays/production"), "nexus-gateway");
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
        ObjectNode broker = deployment(Manifests.objects("overlays/production"), "nexus-broker");
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
        ObjectNode monitor = Manifests.ofKind(Manifests.objects("overlays/production"), "ServiceMonitor")
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
    void check_script_names_missing_objects_until_they_exist() throws IOException {
        List<Mounted> needed = Mounted.ofCheck();
        assertThat(needed.stream().map(Mounted::object)).containsExactlyInAnyOrderElementsOf(Mounted.ofManifests());
        Command check = Command.of(Manifests.KUBERNETES.resolve("check").toString(), "production")
                .with("KUBECONFIG", server.kubeconfig());

        Outcome before = check.run();
        needed.forEach(Mounted::create);
        Outcome after = check.run();

        assertThat(before.exit()).isEqualTo(1);
        assertThat(before.out().lines()).hasSameSizeAs(needed).allMatch(line -> line.startsWith("missing: "));
        assertThat(after.exit()).as(after.out() + after.err()).isZero();
    }

    /** An object that an operator creates and a Pod mounts. */
    private record Mounted(String kind, String name, List<String> keys) {

        static List<Mounted> ofCheck() throws IOException {
            return Files.readAllLines(Manifests.KUBERNETES.resolve("check")).stream()
                    .filter(line -> line.startsWith("has "))
                    .map(line -> List.of(line.split(" ", -1)))
                    .map(words -> new Mounted(words.get(1), words.get(2), words.subList(3, words.size())))
                    .toList();
        }

        /** Returns the objects that the Pods of all overlays mount and that no overlay creates. */
        static Set<String> ofManifests() {
            Set<String> mounted = new TreeSet<>();
            for (String overlay : Manifests.overlays()) {
                List<ObjectNode> objects = Manifests.objects(overlay);
                Manifests.pods(objects)
                        .forEach(pod -> pod.at("/spec/volumes").forEach(volume -> {
                            if (volume.has("secret")) {
                                mounted.add("secret "
                                        + volume.at("/secret/secretName").asText());
                            } else if (volume.has("configMap")) {
                                mounted.add("configmap "
                                        + volume.at("/configMap/name").asText());
                            }
                        }));
                Manifests.ofKind(objects, "ConfigMap")
                        .forEach(made -> mounted.remove("configmap " + Manifests.name(made)));
            }
            return mounted;
        }

        String object() {
            return kind + " " + name;
        }

        void create() {
            List<String> arguments = new ArrayList<>(List.of("create", "--namespace=nexus", kind));
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
