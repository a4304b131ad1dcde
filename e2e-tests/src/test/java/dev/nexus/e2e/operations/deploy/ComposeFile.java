package dev.nexus.e2e.operations.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.e2e.support.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A Compose file with merge keys and variables resolved, as Docker Compose reads it.
 *
 * @param folder the base folder of relative paths
 */
record ComposeFile(Path folder, JsonNode root) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** An escaped dollar sign, a variable with its default, or an unescaped dollar sign. */
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:(\\$)|\\{([A-Z_]+):-([^}]*)\\}|)");

    private static final Pattern MOUNT = Pattern.compile("([^:]+):([^:]+)(:ro)?");

    /** Parses docker-compose.yml in the project's root. */
    static ComposeFile ofProject(Map<String, String> variables) {
        Path file = Checkout.ROOT.resolve("docker-compose.yml");
        try {
            return parse(Checkout.ROOT, Files.readString(file), variables);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static ComposeFile parse(Path folder, String text, Map<String, String> variables) {
        String filled = VARIABLE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(value(found, variables)));
        Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(filled);
        ComposeFile compose = new ComposeFile(folder, JSON.valueToTree(tree));
        compose.services().forEach(compose::check);
        return compose;
    }

    private static String value(MatchResult found, Map<String, String> variables) {
        if (found.group(1) != null) {
            return "$";
        }
        if (found.group(2) == null) {
            throw new IllegalArgumentException("the file has a variable without a default; add a default");
        }
        return variables.getOrDefault(found.group(2), found.group(3));
    }

    /** A service, or a job that runs to completion. */
    record Service(String name, JsonNode definition) {

        String image() {
            return definition.path("image").asText();
        }

        /**
         * Returns the Dockerfile relative to the file's folder, or an empty string if this service does not build an
         * image.
         */
        String dockerfile() {
            return definition.path("build").path("dockerfile").asText();
        }

        boolean has(String key) {
            return definition.has(key);
        }

        String text(String key) {
            return definition.path(key).asText();
        }

        List<String> list(String key) {
            return texts(definition.path(key));
        }

        Map<String, String> environment() {
            Map<String, String> variables = new LinkedHashMap<>();
            definition
                    .path("environment")
                    .properties()
                    .forEach(one -> variables.put(one.getKey(), one.getValue().asText()));
            return variables;
        }

        List<Mount> mounts() {
            return list("volumes").stream().map(Service::mount).toList();
        }

        private static Mount mount(String text) {
            Matcher parts = MOUNT.matcher(text);
            if (!parts.matches()) {
                throw new IllegalArgumentException("not source:target or source:target:ro: " + text);
            }
            return new Mount(parts.group(1), parts.group(2), parts.group(3) != null);
        }

        /**
         * Returns the condition for each service that this one depends on: service_started, service_healthy or
         * service_completed_successfully.
         */
        Map<String, String> dependsOn() {
            Map<String, String> conditions = new LinkedHashMap<>();
            definition
                    .path("depends_on")
                    .properties()
                    .forEach(one -> conditions.put(
                            one.getKey(), one.getValue().path("condition").asText()));
            return conditions;
        }

        List<String> healthTest() {
            return texts(definition.path("healthcheck").path("test"));
        }

        private static List<String> texts(JsonNode array) {
            List<String> texts = new ArrayList<>();
            array.forEach(one -> texts.add(one.asText()));
            return texts;
        }
    }

    /** A mounted volume, or a mounted file or folder of the project. */
    record Mount(String source, String target, boolean readOnly) {

        boolean isOfTheProject() {
            return source.startsWith("./");
        }
    }

    List<Service> services() {
        List<Service> services = new ArrayList<>();
        root.path("services").properties().forEach(one -> services.add(new Service(one.getKey(), one.getValue())));
        return services;
    }

    Service service(String name) {
        return services().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown service: " + name));
    }

    /** Returns the services that build an image, grouped by image. */
    Map<String, List<Service>> builders() {
        return services().stream()
                .filter(service -> service.has("build"))
                .collect(Collectors.groupingBy(Service::image));
    }

    /** Returns the services without a profile and those of {@code profile}, each after its dependencies. */
    List<Service> inOrder(String profile) {
        Set<Service> order = new LinkedHashSet<>();
        services().stream()
                .filter(one ->
                        one.list("profiles").isEmpty() || one.list("profiles").contains(profile))
                .forEach(one -> add(one, order));
        return List.copyOf(order);
    }

    private void add(Service service, Set<Service> order) {
        service.dependsOn().keySet().forEach(before -> add(service(before), order));
        order.add(service);
    }

    /**
     * Rejects a missing mount source, for which Compose would create an empty folder, and other missing references.
     */
    private void check(Service service) {
        for (Mount mount : service.mounts()) {
            boolean exists = mount.isOfTheProject()
                    ? Files.exists(folder.resolve(mount.source()))
                    : root.path("volumes").has(mount.source());
            if (!exists) {
                throw new IllegalArgumentException(service.name() + " mounts a missing source: " + mount.source());
            }
        }
        for (String network : service.list("networks")) {
            if (!root.path("networks").has(network)) {
                throw new IllegalArgumentException(service.name() + " uses an undefined network: " + network);
            }
        }
        service.dependsOn().forEach((before, condition) -> {
            if (condition.equals("service_healthy")
                    && service(before).healthTest().isEmpty()) {
                throw new IllegalArgumentException(
                        before + " has no health check, and " + service.name() + " waits for its health");
            }
        });
        String dockerfile = service.dockerfile();
        if (!Files.exists(folder.resolve(dockerfile))) {
            throw new IllegalArgumentException(service.name() + " has a missing Dockerfile: " + dockerfile);
        }
    }
}
