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

/** Reads the files under deploy/observability. */
public final class Rules {

    public static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    public static final Path FOLDER = Checkout.ROOT.resolve("deploy/observability");

    private Rules() {}

    /** Returns all rules of alerts.yaml, including recording rules. */
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

    /** Returns the expressions of all dashboard panels by file name and number. */
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

    /** Reads a YAML or JSON file: JSON is a subset of YAML. */
    public static JsonNode read(Path file) {
        try {
            return YAML.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
