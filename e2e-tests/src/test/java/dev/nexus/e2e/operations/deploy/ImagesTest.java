package dev.nexus.e2e.operations.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nexus.e2e.support.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dockerfile and Jib describe the same image, and the image matches the manifests and docker-compose.yml. */
class ImagesTest {

    private static final YAMLMapper YAML = new YAMLMapper();

    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    private static final Pattern LABEL = Pattern.compile("(org\\.opencontainers\\.image\\.[a-z]+)=\"([^\"]*)\"");

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "broker"})
    void dockerfile_and_jib_describe_the_same_image(String service) throws IOException {
        String dockerfile = dockerfile(service);
        JsonNode quarkus =
                yaml(service + "/src/main/resources/application.yaml").path("quarkus");

        assertThat(instruction(dockerfile, "USER"))
                .isEqualTo(quarkus.at("/jib/user").asText());
        assertThat(instruction(dockerfile, "WORKDIR"))
                .isEqualTo(quarkus.at("/jib/working-directory").asText());
        assertThat(instruction(dockerfile, "EXPOSE").split(" "))
                .containsExactly(quarkus.at("/jib/ports").asText().split(","));
        assertThat(dockerfile)
                .contains(
                        "ARG RUNTIME_IMAGE=" + quarkus.at("/jib/base-jvm-image").asText() + "\n");
        // Jib runs no command, so its image has no AOT cache.
        List<String> entrypoint = Pattern.compile("\"([^\"]*)\"")
                .matcher(instruction(dockerfile, "ENTRYPOINT"))
                .results()
                .map(part -> part.group(1))
                .filter(part -> !part.equals("-XX:AOTCache=/app/app.aot"))
                .toList();
        assertThat(entrypoint)
                .containsExactly(quarkus.at("/jib/jvm-entrypoint").asText().split(","));
        assertThat(labels(dockerfile)).isEqualTo(labels(quarkus.at("/container-image/labels")));
    }

    /** Maven reads the POM of each module, even to build only one of them. */
    @Test
    void build_context_contains_the_pom_of_each_module() throws IOException {
        DockerIgnore ignored = DockerIgnore.ofProject();
        List<String> poms = poms("");

        List<String> missing = poms.stream().filter(ignored::excludes).toList();

        assertThat(poms).contains("pom.xml", "broker/pom.xml", "examples/backend/pom.xml");
        assertThat(missing).as("excluded by .dockerignore").isEmpty();
    }

    /** Returns the paths of the POM in {@code folder} and of its modules' POMs. */
    private static List<String> poms(String folder) throws IOException {
        List<String> poms = new ArrayList<>(List.of(folder + "pom.xml"));
        Matcher module = MODULE.matcher(Files.readString(Checkout.ROOT.resolve(folder + "pom.xml")));
        while (module.find()) {
            poms.addAll(poms(folder + module.group(1) + "/"));
        }
        return poms;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "broker"})
    void build_context_contains_the_copied_files_and_no_build_output(String service) {
        DockerIgnore ignored = DockerIgnore.ofProject();

        assertThat(List.of(
                        "deploy/images/train",
                        "shared-contracts/src/main/java/X.java",
                        "strategy/src/main/java/X.java",
                        "service-runtime/src/main/java/X.java",
                        service + "/src/main/resources/application.yaml"))
                .noneMatch(ignored::excludes);
        assertThat(List.of(
                        service + "/target/classes/X.class",
                        "target/docker/env",
                        "nexus.env",
                        ".git/config",
                        "settings.xml",
                        service + "/src/test/java/X.java"))
                .allMatch(ignored::excludes);
    }

    /** Returns the value of the last instruction of this kind: earlier build stages are not part of the image. */
    private static String instruction(String dockerfile, String name) {
        List<MatchResult> found = Pattern.compile("(?m)^" + name + " (.*)$")
                .matcher(dockerfile)
                .results()
                .toList();
        assertThat(found).as(name).isNotEmpty();
        return found.get(found.size() - 1).group(1);
    }

    private static Map<String, String> labels(String dockerfile) {
        Map<String, String> labels = new TreeMap<>();
        LABEL.matcher(dockerfile)
                .results()
                .forEach(one -> labels.put(one.group(1), one.group(2).replaceAll("\\$\\{.*}", "given")));
        return labels;
    }

    private static Map<String, String> labels(JsonNode map) {
        Map<String, String> labels = new TreeMap<>();
        map.properties()
                .forEach(one -> labels.put(one.getKey(), one.getValue().asText().replaceAll("\\$\\{.*}", "given")));
        return labels;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "broker"})
    void image_runs_as_the_user_in_the_manifests(String service) throws IOException {
        JsonNode context = Manifests.pod(Manifests.objects("production"), "nexus-" + service)
                .at("/spec/securityContext");

        assertThat(instruction(dockerfile(service), "USER")).isEqualTo("10001:10001");
        assertThat(context.path("runAsUser").asInt()).isEqualTo(10001);
        assertThat(context.path("runAsGroup").asInt()).isEqualTo(10001);
    }

    private static String dockerfile(String service) throws IOException {
        return Files.readString(Checkout.ROOT.resolve("deploy/images/" + service + "/Dockerfile"));
    }

    private static JsonNode yaml(String file) throws IOException {
        Path path = Checkout.ROOT.resolve(file);
        try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(path.toFile())) {
            return documents.next();
        }
    }
}
