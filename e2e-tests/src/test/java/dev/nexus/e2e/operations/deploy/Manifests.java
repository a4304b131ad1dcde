package dev.nexus.e2e.operations.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nexus.e2e.operations.deploy.Command.Outcome;
import dev.nexus.e2e.support.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The rendered overlays under deploy/kubernetes. */
final class Manifests {

    static final Path KUBERNETES = Checkout.ROOT.resolve("deploy/kubernetes");
    static final YAMLMapper YAML = new YAMLMapper();

    private static final Map<String, String> RENDERED = new ConcurrentHashMap<>();

    private Manifests() {}

    /** Returns the overlays as folders below deploy/kubernetes, in the order in which an operator applies them. */
    static List<String> overlays() {
        return List.of("namespace/overlays", "migration/overlays", "overlays").stream()
                .flatMap(parent -> Manifests.folders(KUBERNETES.resolve(parent)))
                .toList();
    }

    private static Stream<String> folders(Path parent) {
        try (Stream<Path> children = Files.list(parent)) {
            return children
                    .filter(Files::isDirectory)
                    .map(folder -> KUBERNETES.relativize(folder).toString())
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** @param overlay one of {@link #overlays()} */
    static String render(String overlay) {
        return RENDERED.computeIfAbsent(overlay, Manifests::kustomize);
    }

    private static String kustomize(String overlay) {
        Outcome outcome = Command.of(
                        "kubectl", "kustomize", KUBERNETES.resolve(overlay).toString())
                .run();
        if (!outcome.err().isEmpty()) {
            throw new AssertionError("Kustomize printed a warning for " + overlay + ": " + outcome.err());
        }
        return outcome.orFail();
    }

    static List<ObjectNode> objects(String overlay) {
        return parse(render(overlay));
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
        pod.putObject("metadata")
                .put("name", name(owner))
                .put("namespace", owner.at("/metadata/namespace").asText())
                .set("labels", owner.at("/spec/template/metadata/labels").deepCopy());
        pod.set("spec", owner.at("/spec/template/spec").deepCopy());
        return pod;
    }
}
