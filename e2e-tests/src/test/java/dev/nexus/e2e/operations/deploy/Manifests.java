package dev.nexus.e2e.operations.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nexus.e2e.support.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The rendered Helm chart in deploy/kubernetes, one file for each environment. */
final class Manifests {

    static final Path KUBERNETES = Checkout.ROOT.resolve("deploy/kubernetes");
    static final YAMLMapper YAML = new YAMLMapper();

    private Manifests() {}

    /** Returns the environments, each with values for the chart and a file of rendered manifests. */
    static List<String> environments() {
        try (Stream<Path> values = Files.list(Checkout.ROOT.resolve("deploy/helm/environments"))) {
            return values.map(file -> file.getFileName().toString().replace(".yaml", ""))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** @param environment one of {@link #environments()} */
    static Path file(String environment) {
        return KUBERNETES.resolve(environment + ".yaml");
    }

    /** Returns the output of the chart as committed. deploy/helm/check compares it with the chart. */
    static String render(String environment) {
        try {
            return Files.readString(file(environment));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static List<ObjectNode> objects(String environment) {
        return parse(render(environment));
    }

    static List<ObjectNode> parse(String yaml) {
        try (MappingIterator<ObjectNode> documents =
                YAML.readerFor(ObjectNode.class).readValues(yaml)) {
            return documents.readAll();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Stream<ObjectNode> ofKind(List<ObjectNode> objects, String kind) {
        return objects.stream().filter(object -> object.path("kind").asText().equals(kind));
    }

    static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    static String text(JsonNode object) {
        try {
            return YAML.writeValueAsString(object);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Returns one Pod for each Deployment and Job, as its controller creates it. */
    static List<ObjectNode> pods(List<ObjectNode> objects) {
        return objects.stream()
                .filter(object -> object.at("/spec/template/spec/containers").isArray())
                .map(Manifests::pod)
                .toList();
    }

    private static ObjectNode pod(ObjectNode owner) {
        ObjectNode pod = YAML.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = owner.at("/spec/template/metadata").deepCopy();
        metadata.put("name", name(owner))
                .put("namespace", owner.at("/metadata/namespace").asText());
        pod.set("metadata", metadata);
        pod.set("spec", owner.at("/spec/template/spec").deepCopy());
        return pod;
    }

    /** Returns the Pod of a service, such as nexus-gateway. */
    static ObjectNode pod(List<ObjectNode> objects, String service) {
        return pods(objects).stream()
                .filter(pod -> pod.at("/metadata/labels")
                        .path("app.kubernetes.io/name")
                        .asText()
                        .equals(service))
                .findAny()
                .orElseThrow();
    }

    /** Returns the files that a downwardAPI volume creates from the annotations of its Pod. */
    static Map<String, String> files(JsonNode pod, JsonNode volume) {
        Map<String, String> files = new LinkedHashMap<>();
        for (JsonNode item : volume.at("/downwardAPI/items")) {
            String field = item.at("/fieldRef/fieldPath").asText();
            String annotation = field.replaceAll("^metadata\\.annotations\\['(.*)']$", "$1");
            files.put(
                    item.path("path").asText(),
                    pod.at("/metadata/annotations").required(annotation).asText());
        }
        return files;
    }
}
