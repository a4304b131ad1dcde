package dev.nexus.e2e.operations.observability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.nexus.e2e.support.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What lies under deploy/observability, as it is read. */
public final class Rules {

    public static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    public static final Path FOLDER = Checkout.ROOT.resolve("deploy/observability");

    private Rules() {}

    /** Every rule of alerts.yaml, those that record among them. */
    public static List<JsonNode> all() {
        List<JsonNode> rules = new ArrayList<>();
        read(FOLDER.resolve("alerts.yaml"))
                .path("groups")
                .forEach(group -> group.path("rules").forEach(rules::add));
        return rules;
    }

    public static List<JsonNode> alerts() {
        return all().stream().filter(rule -> rule.has("alert")).toList();
    }

    /** The expressions of every panel of every dashboard, each by where it stands. */
    public static Map<String, String> dashboards() {
        Map<String, String> expressions = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(FOLDER.resolve("dashboards"))) {
            for (Path file : files.sorted().toList()) {
                for (JsonNode target : read(file).findValues("targets")) {
                    target.forEach(query -> expressions.put(
                            file.getFileName() + " " + (expressions.size() + 1),
                            query.path("expr").asText()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return expressions;
    }

    /** JSON is YAML. */
    public static JsonNode read(Path file) {
        try {
            return YAML.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
