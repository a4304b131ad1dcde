package dev.nexus.e2e.operations.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.testsupport.RealPython;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checks the manifests with Checkov, with the exceptions explained in deploy/kubernetes/checkov.yaml. */
class ManifestPolicyTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path CONFIGURATION = Manifests.KUBERNETES.resolve("checkov.yaml");

    private static String python;

    @BeforeAll
    static void findPython() throws InterruptedException {
        python = RealPython.having("checkov").path();
    }

    @Test
    void checkov_finds_only_the_explained_exceptions() throws IOException {
        Path folder = folder();
        for (String environment : Manifests.environments()) {
            Files.copy(Manifests.file(environment), folder.resolve(environment + ".yaml"));
        }

        JsonNode report = checkov(folder, "--framework=kubernetes", "--skip-download");

        assertThat(report.at("/summary/parsing_errors").asInt(-1)).isZero();
        assertThat(report.at("/summary/passed").asInt()).isGreaterThan(300);
        assertThat(failed(report)).isEqualTo(exceptions());
    }

    @Test
    void an_added_violation_is_found() throws IOException {
        ObjectNode broker = Manifests.ofKind(Manifests.objects("production"), "Deployment")
                .filter(object -> Manifests.name(object).equals("nexus-broker"))
                .findAny()
                .orElseThrow();
        ((ObjectNode) broker.at("/spec/template/spec")).put("hostPID", true);
        ((ObjectNode) broker.at("/spec/template/spec/containers/0/securityContext"))
                .put("readOnlyRootFilesystem", false);
        Path folder = folder();
        Files.writeString(folder.resolve("broker.yaml"), Manifests.text(broker));

        JsonNode report = checkov(folder, "--config-file=" + CONFIGURATION);

        assertThat(failed(report)).contains("CKV_K8S_17", "CKV_K8S_22").doesNotContainAnyElementsOf(exceptions());
    }

    private static Set<String> exceptions() throws IOException {
        Set<String> checks = new TreeSet<>();
        Manifests.YAML.readTree(CONFIGURATION.toFile()).path("skip-check").forEach(check -> checks.add(check.asText()));
        return checks;
    }

    private static Set<String> failed(JsonNode report) {
        Set<String> checks = new TreeSet<>();
        report.at("/results/failed_checks")
                .forEach(check -> checks.add(check.path("check_id").asText()));
        return checks;
    }

    private static JsonNode checkov(Path folder, String... options) throws IOException {
        List<String> line =
                new ArrayList<>(List.of(python, "-m", "checkov.main", "--directory=" + folder, "--output=json"));
        Collections.addAll(line, options);
        Command.Outcome outcome = Command.of(line.toArray(String[]::new)).run();
        // Exit code 1 means that a check failed.
        assertThat(outcome.exit()).as(outcome.err()).isIn(0, 1);
        return JSON.readTree(outcome.out());
    }

    private static Path folder() throws IOException {
        return Files.createTempDirectory(Files.createDirectories(Path.of("target/manifests")), "checkov")
                .toAbsolutePath();
    }
}
