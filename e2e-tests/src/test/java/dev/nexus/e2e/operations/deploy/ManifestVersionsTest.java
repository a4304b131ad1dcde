package dev.nexus.e2e.operations.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.e2e.operations.deploy.Command.Outcome;
import dev.nexus.testsupport.RealPython;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** kubernetes-validate checks the manifests against the schemas of several Kubernetes versions, without a cluster. */
class ManifestVersionsTest {

    /** kubernetes-validate has no schemas for custom resources. ManifestAdmissionTest validates them. */
    private static final String UNKNOWN = "Couldn't find schema for kind ";

    private static String python;

    @BeforeAll
    static void findPython() throws InterruptedException {
        python = RealPython.having("kubernetes_validate").path();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.30", "1.32", "1.34", "1.37"})
    void each_object_matches_the_schema_of_this_version(String version) throws IOException {
        // Each file begins with a comment and the start of a document.
        String all = String.join(
                "", Manifests.environments().stream().map(Manifests::render).toList());

        Outcome outcome = validate(version, all);

        assertThat(outcome.exit()).as(outcome.out() + outcome.err()).isZero();
        List<ObjectNode> objects = Manifests.parse(all);
        List<String> unknown =
                outcome.out().lines().filter(line -> line.contains(UNKNOWN)).toList();
        assertThat(unknown).hasSize((int)
                objects.stream().filter(ManifestVersionsTest::isCustom).count());
        assertThat(outcome.out().lines().filter(line -> line.startsWith("INFO")))
                .hasSize(objects.size() - unknown.size())
                .allMatch(line -> line.contains("passed for resource"));
    }

    @Test
    void misspelt_field_is_rejected() throws IOException {
        ObjectNode broker = broker();
        ((ObjectNode) broker.path("spec")).put("minReadySecond", 1);

        Outcome outcome = validate("1.34", Manifests.text(broker));

        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.out()).contains("minReadySecond");
    }

    @Test
    void version_without_the_sleep_action_is_too_old() throws IOException {
        Outcome outcome = validate("1.28", Manifests.text(broker()));

        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.out()).contains("sleep");
    }

    private static ObjectNode broker() {
        return Manifests.ofKind(Manifests.objects("production"), "Deployment")
                .filter(object -> Manifests.name(object).equals("nexus-broker"))
                .findAny()
                .orElseThrow();
    }

    private static boolean isCustom(ObjectNode object) {
        String group = object.path("apiVersion").asText().replaceAll("/.*", "");
        return (group.contains(".") && !group.endsWith(".k8s.io")) || group.equals("gateway.networking.k8s.io");
    }

    private static Outcome validate(String version, String yaml) throws IOException {
        Path folder = Files.createDirectories(Path.of("target/manifests"));
        Path file = Files.writeString(Files.createTempFile(folder, "objects", ".yaml"), yaml);
        return Command.of(
                        python,
                        "-m",
                        "kubernetes_validate",
                        "--strict",
                        "--kubernetes-version=" + version,
                        file.toString())
                .run();
    }
}
