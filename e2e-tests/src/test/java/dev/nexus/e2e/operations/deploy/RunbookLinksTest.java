package dev.nexus.e2e.operations.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.e2e.support.NeedsOnPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The annotation nexus/documentation of the production overlay is the base address of the alerts' runbook links. */
@NeedsOnPath("kubectl")
class RunbookLinksTest {

    @TempDir
    private Path folder;

    @Test
    void each_alert_links_to_the_documentation_address_of_the_overlay() throws IOException {
        Path copy = copyOfManifests();
        Path production = copy.resolve("overlays/production");
        Path overlay = production.resolve("kustomization.yaml");
        String original = Files.readString(overlay);
        String edited = original.replace(
                "nexus/documentation: nexus.example.com", "nexus/documentation: git.example.org/nexus/-/blob/main");
        assertThat(edited).isNotEqualTo(original);
        Files.writeString(overlay, edited);

        String rendered =
                Command.of("kubectl", "kustomize", production.toString()).run().orFail();

        List<String> links = Manifests.ofKind(Manifests.parse(rendered), "PrometheusRule")
                .flatMap(rule -> rule.at("/spec/groups").findValues("runbook_url").stream())
                .map(JsonNode::asText)
                .toList();
        assertThat(links)
                .hasSizeGreaterThan(10)
                .allMatch(
                        link -> link.startsWith("https://git.example.org/nexus/-/blob/main/docs/operations/runbooks/"));
    }

    private Path copyOfManifests() throws IOException {
        Path copy = folder.resolve("kubernetes");
        try (Stream<Path> files = Files.walk(Manifests.KUBERNETES)) {
            files.forEach(file -> {
                try {
                    Files.copy(file, copy.resolve(Manifests.KUBERNETES.relativize(file)));
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        }
        return copy;
    }
}
