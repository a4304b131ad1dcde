package dev.nexus.e2e.operations.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.support.Checkout;
import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.testsupport.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the scripts under deploy/ci: help texts, error messages, deployment order and shellcheck. */
@NeedsOnPath({"shellcheck", "helm", "git"})
class PipelineScriptsTest {

    private static final String DIGEST = "@sha256:" + "0123456789abcdef".repeat(4);
    private static final String GATEWAY = "registry.test/nexus/nexus-gateway" + DIGEST;
    private static final String BROKER = "registry.test/nexus/nexus-broker" + DIGEST;

    private static final String GATEWAYS =
            " --selector app.kubernetes.io/name=nexus-gateway,app.kubernetes.io/instance=nexus";

    /**
     * A fake helm and kubectl that records each call and accepts everything.
     *
     * <p>It prints the history of {@code $HISTORY}, and whether the Gateway is paused. Each release has the image old,
     * which the revisions 9 and 12 of the Gateways have. A call that contains {@code $FAILING} fails.
     */
    private static final String CLUSTER = """
            #!/bin/sh
            echo "${0##*/} $*" >> "$CALLS"
            case "$*" in
                *"$FAILING"*) exit 1 ;;
                "history "*) cat "$HISTORY" ;;
                "get manifest "*) echo "- name: gateway"; echo "  image: old" ;;
                *" get deployment "*) printf %s "$PAUSED" ;;
                *" get replicasets "*) echo "9 old"; echo "12 old"; echo "13 new" ;;
            esac
            """;

    static Stream<Path> scripts() throws IOException {
        return Scripts.all();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void each_script_prints_its_usage(Path script) throws Exception {
        ScriptResult ran = ScriptResult.inRepository(script.toString(), "--help");

        assertThat(ran.code()).isZero();
        assertThat(ran.output()).startsWith("usage: " + script);
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void each_script_names_a_missing_program_and_the_remedy(Path script, @TempDir Path bare) throws Exception {
        for (String program : List.of("sh", "dirname")) {
            Files.createSymbolicLink(bare.resolve(program), Path.of("/bin/sh").resolveSibling(program));
        }

        ScriptResult ran = ScriptResult.in(Checkout.ROOT, Map.of("PATH", bare.toString()), script.toString(), "dev");

        assertThat(ran.code()).as(ran.output()).isEqualTo(1);
        assertThat(ran.output()).matches("(?s)" + script + ": \\S+ is not on PATH; .+");
    }

    @Test
    void shellcheck_finds_nothing() throws Exception {
        List<String> command = new ArrayList<>(List.of("shellcheck", "-x", "-P", "deploy/ci"));
        Scripts.all().map(Path::toString).forEach(command::add);
        command.addAll(
                List.of("quickstart", ".ci/run", "deploy/vault/setup", "deploy/images/build", "deploy/helm/check"));

        ScriptResult ran = ScriptResult.inRepository(command.toArray(String[]::new));

        assertThat(ran.code()).as(ran.output()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production"})
    void deployment_uses_image_digests(String environment) throws Exception {
        ScriptResult ran = deploy(environment, GATEWAY);

        assertThat(ran.code()).as(ran.output()).isZero();
        assertThat(ran.output().lines().map(String::strip).filter(line -> line.startsWith("image:")))
                .containsExactlyInAnyOrder("image: " + BROKER, "image: " + BROKER, "image: " + GATEWAY);
    }

    @Test
    void environment_without_values_is_rejected() throws Exception {
        ScriptResult ran = deploy("staging", GATEWAY);

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.output()).contains("deploy/helm/environments/staging.yaml does not exist; create this file");
    }

    @Test
    void image_without_a_digest_is_rejected() throws Exception {
        ScriptResult ran = deploy("dev", "registry.test/nexus/nexus-gateway:1.2.3");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.output()).contains("registry.test/nexus/nexus-gateway:1.2.3 has no digest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production"})
    void deployment_migrates_and_rolls_out_brokers_then_gateways(String environment, @TempDir Path folder)
            throws Exception {
        ScriptResult ran = run(cluster(folder), Map.of(), "deploy/ci/deploy", environment);

        assertThat(ran.code()).as(ran.output()).isZero();
        assertThat(calls(folder))
                .containsExactly(upgrade(environment, "Brokers of 1.2.3", true), upgrade(environment, "1.2.3", false));
    }

    @Test
    @Promise(32)
    void gateways_are_not_deployed_if_a_broker_does_not_become_ready(@TempDir Path folder) throws Exception {
        ScriptResult ran =
                run(cluster(folder), Map.of("FAILING", "gateway.paused=true"), "deploy/ci/deploy", "production");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.output()).contains("the Brokers did not become ready", "deploy/ci/rollback production");
        assertThat(calls(folder)).containsExactly(upgrade("production", "Brokers of 1.2.3", true));
    }

    @Test
    void rollback_returns_the_gateways_first_and_then_the_release_before_this_one(@TempDir Path folder)
            throws Exception {
        Map<String, String> release = Map.of("HISTORY", history(folder, "Brokers of 1", "1", "Brokers of 2", "2"));

        ScriptResult ran = run(cluster(folder), release, "deploy/ci/rollback", "production");

        assertThat(ran.code()).as(ran.output()).isZero();
        assertThat(calls(folder).stream().filter(call -> call.contains(" undo ") || call.startsWith("helm rollback")))
                .containsExactly(
                        "kubectl --namespace nexus rollout undo deployment --to-revision=12" + GATEWAYS,
                        "helm rollback nexus --namespace nexus 2 --wait --timeout 900s");
    }

    @Test
    void rollback_changes_nothing_if_no_revision_of_the_gateways_has_the_image(@TempDir Path folder) throws Exception {
        Map<String, String> pruned = Map.of(
                "HISTORY", history(folder, "Brokers of 1", "1", "Brokers of 2", "2"), "FAILING", " get replicasets ");

        ScriptResult ran = run(cluster(folder), pruned, "deploy/ci/rollback", "production");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.output()).contains("no revision of the Gateways has the image old", "helm rollback nexus 2");
        assertThat(calls(folder)).noneMatch(call -> call.contains(" undo ") || call.startsWith("helm rollback"));
    }

    @Test
    void rollback_leaves_gateways_that_were_not_changed_yet(@TempDir Path folder) throws Exception {
        Map<String, String> failed =
                Map.of("HISTORY", history(folder, "Brokers of 1", "1", "Brokers of 2"), "PAUSED", "true");

        ScriptResult ran = run(cluster(folder), failed, "deploy/ci/rollback", "production");

        assertThat(ran.code()).as(ran.output()).isZero();
        assertThat(calls(folder))
                .noneMatch(call -> call.contains(" undo "))
                .contains("helm rollback nexus --namespace nexus 2 --wait --timeout 900s");
    }

    @Test
    void rollback_without_an_earlier_release_changes_nothing(@TempDir Path folder) throws Exception {
        Map<String, String> first = Map.of("HISTORY", history(folder, "Brokers of 1", "1"));

        ScriptResult ran = run(cluster(folder), first, "deploy/ci/rollback", "production");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.output()).contains("no earlier release is known", "--to-revision");
        assertThat(calls(folder)).containsExactly("helm history nexus --namespace nexus --max 50");
    }

    private static String upgrade(String environment, String description, boolean paused) {
        String digest = DIGEST.substring(1);
        return "helm upgrade nexus deploy/helm/nexus --namespace nexus --values deploy/helm/environments/"
                + environment
                + ".yaml --set images.gateway.name=registry.test/nexus/nexus-gateway,images.gateway.digest="
                + digest
                + " --set images.broker.name=registry.test/nexus/nexus-broker,images.broker.digest="
                + digest
                + " --install --wait --wait-for-jobs --timeout 900s --description "
                + description
                + " --set gateway.paused="
                + paused;
    }

    /** Writes the output of {@code helm history} with a revision for each description. */
    private static String history(Path folder, String... descriptions) throws IOException {
        StringBuilder table = new StringBuilder("REVISION\tUPDATED\tSTATUS\tCHART\tAPP VERSION\tDESCRIPTION\n");
        for (int i = 0; i < descriptions.length; i++) {
            String status = i == descriptions.length - 1 ? "deployed  " : "superseded";
            table.append(
                    "%-8d\ttoday\t%s\tnexus-0.1.0\t0.1.0      \t%-15s\n".formatted(i + 1, status, descriptions[i]));
        }
        return Files.writeString(folder.resolve("history"), table).toString();
    }

    /** Writes {@link #CLUSTER} to a folder that comes first on PATH. */
    private static Path cluster(Path folder) throws IOException {
        for (String program : List.of("helm", "kubectl")) {
            Path file = Files.writeString(folder.resolve(program), CLUSTER);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        }
        return folder;
    }

    private static List<String> calls(Path cluster) throws IOException {
        return Files.readAllLines(cluster.resolve("calls"));
    }

    private static ScriptResult run(Path cluster, Map<String, String> answers, String script, String environment)
            throws IOException, InterruptedException {
        Map<String, String> variables = new HashMap<>(Map.of(
                "PATH", cluster + ":" + System.getenv("PATH"),
                "CALLS", cluster.resolve("calls").toString(),
                "FAILING", "no call",
                "PAUSED", "",
                "KUBE_CONTEXT", "",
                "ROLLOUT_SECONDS", "",
                "GATEWAY_IMAGE", GATEWAY,
                "BROKER_IMAGE", BROKER,
                "RELEASE", "1.2.3"));
        variables.putAll(answers);
        return ScriptResult.in(Checkout.ROOT, variables, script, environment);
    }

    private static ScriptResult deploy(String environment, String gateway) throws IOException, InterruptedException {
        return ScriptResult.in(
                Checkout.ROOT,
                Map.of("GATEWAY_IMAGE", gateway, "BROKER_IMAGE", BROKER, "RELEASE", "1.2.3"),
                "deploy/ci/deploy",
                environment,
                "--dry-run");
    }
}
