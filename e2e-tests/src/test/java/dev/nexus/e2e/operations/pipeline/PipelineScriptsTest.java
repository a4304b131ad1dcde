package dev.nexus.e2e.operations.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.support.Checkout;
import dev.nexus.e2e.support.NeedsOnPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the scripts under deploy/ci: help texts, error messages, deployment order and shellcheck. */
@NeedsOnPath({"shellcheck", "kubectl", "git"})
class PipelineScriptsTest {

    private static final String DIGEST = "@sha256:" + "0123456789abcdef".repeat(4);
    private static final String GATEWAY = "registry.test/nexus/nexus-gateway" + DIGEST;
    private static final String BROKER = "registry.test/nexus/nexus-broker" + DIGEST;

    /**
     * A fake kubectl that records each call and accepts everything.
     *
     * <p>It reports that a migration is complete, and that the Deployment $NOT_READY does not become ready.
     */
    private static final String KUBECTL = """
            #!/bin/sh
            echo "$*" >> "$CALLS"
            case "$*" in
                *" get job "*) echo Complete ;;
                *" rollout status deployment/$NOT_READY "*) exit 1 ;;
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
        command.addAll(List.of("quickstart", ".ci/run", "deploy/vault/setup", "deploy/images/build"));

        ScriptResult ran = ScriptResult.inRepository(command.toArray(String[]::new));

        assertThat(ran.code()).as(ran.output()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production"})
    void deployment_uses_image_digests_and_names_the_migration_after_the_release(String environment) throws Exception {
        ScriptResult ran = deploy(environment, GATEWAY);

        assertThat(ran.code()).as(ran.output()).isZero();
        assertThat(ran.output().lines().map(String::strip).filter(line -> line.startsWith("image:")))
                .containsExactlyInAnyOrder("image: " + BROKER, "image: " + BROKER, "image: " + GATEWAY);
        assertThat(ran.output()).contains("name: nexus-migrate-1.2.3\n");
    }

    @Test
    void image_without_a_digest_is_rejected() throws Exception {
        ScriptResult ran = deploy("dev", "registry.test/nexus/nexus-gateway:1.2.3");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.output()).contains("registry.test/nexus/nexus-gateway:1.2.3 has no digest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production"})
    void deployment_migrates_first_then_rolls_out_brokers_then_gateways(String environment, @TempDir Path folder)
            throws Exception {
        ScriptResult ran = deployTo(cluster(folder), environment, "none");

        assertThat(ran.code()).as(ran.output()).isZero();
        assertThat(calls(folder))
                .containsExactly(
                        "delete job nexus-migrate-1.2.3 --ignore-not-found --wait",
                        applied(environment, "migration"),
                        "get job nexus-migrate-1.2.3 -o jsonpath={.status.conditions[?(@.status==\"True\")].type}",
                        applied(environment, "services --selector app.kubernetes.io/name!=nexus-gateway"),
                        "rollout status deployment/nexus-broker --timeout=900s",
                        applied(environment, "services"),
                        "rollout status deployment/nexus-gateway --timeout=900s");
    }

    @Test
    void gateways_are_not_deployed_if_a_broker_does_not_become_ready(@TempDir Path folder) throws Exception {
        ScriptResult ran = deployTo(cluster(folder), "production", "nexus-broker");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.output()).contains("nexus-broker did not become ready", "deploy/ci/rollback production");
        assertThat(calls(folder))
                .contains("rollout status deployment/nexus-broker --timeout=900s")
                .doesNotContain(applied("production", "services"));
    }

    private static String applied(String environment, String what) {
        return "apply --server-side --force-conflicts --field-manager nexus-deploy -k target/deploy/" + environment
                + "/" + what;
    }

    /** Writes {@link #KUBECTL} to a folder that comes first on PATH. */
    private static Path cluster(Path folder) throws IOException {
        Path kubectl = Files.writeString(folder.resolve("kubectl"), KUBECTL);
        Files.setPosixFilePermissions(kubectl, PosixFilePermissions.fromString("rwx------"));
        return folder;
    }

    private static List<String> calls(Path cluster) throws IOException {
        return Files.readAllLines(cluster.resolve("calls")).stream()
                .map(call -> call.replaceFirst("^--namespace nexus ", ""))
                .toList();
    }

    private static ScriptResult deployTo(Path cluster, String environment, String notReady)
            throws IOException, InterruptedException {
        return ScriptResult.in(
                Checkout.ROOT,
                Map.of(
                        "PATH",
                        cluster + ":" + System.getenv("PATH"),
                        "CALLS",
                        cluster.resolve("calls").toString(),
                        "NOT_READY",
                        notReady,
                        "KUBE_CONTEXT",
                        "",
                        "ROLLOUT_SECONDS",
                        "",
                        "GATEWAY_IMAGE",
                        GATEWAY,
                        "BROKER_IMAGE",
                        BROKER,
                        "RELEASE",
                        "1.2.3"),
                "deploy/ci/deploy",
                environment);
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
