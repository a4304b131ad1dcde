package dev.nexus.e2e.operations.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nexus.e2e.support.Checkout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The OpenAPI document docs/reference/openapi.yaml. */
record OpenApiDocument(JsonNode root) {

    static final Path FILE = Checkout.ROOT.resolve("docs/reference/openapi.yaml");

    /** The keyword that lists the known values of an open string. Later versions can send other values. */
    static final String OPEN_VALUES = "x-extensible-enum";

    /** Stands for a value that a later version adds. */
    static final String FUTURE_VALUE = "future_value";

    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");

    /** One operation of a path. */
    record Operation(String method, String path, JsonNode node) {

        String id() {
            return node.path("operationId").asText();
        }
    }

    /**
     * A body of a request or response, in one media type.
     *
     * @param place the operation, the status or "request", and the media type
     */
    record Body(String place, JsonNode mediaType) {

        JsonNode schema() {
            return mediaType.path("schema");
        }
    }

    static OpenApiDocument read() throws IOException {
        return new OpenApiDocument(new YAMLMapper().readTree(FILE.toFile()));
    }

    Stream<Operation> operations() {
        return root.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .filter(member -> METHODS.contains(member.getKey()))
                        .map(member -> new Operation(member.getKey(), path.getKey(), member.getValue())));
    }

    Stream<Body> requestBodies() {
        return operations()
                .flatMap(operation -> bodies(
                        operation.id() + " request", resolved(operation.node().path("requestBody"))));
    }

    Stream<Body> responseBodies() {
        return operations()
                .flatMap(operation -> responses(operation)
                        .flatMap(response -> bodies(operation.id() + " " + response.getKey(), response.getValue())));
    }

    /** Returns the responses of an operation by status, with references replaced. */
    Stream<Map.Entry<String, JsonNode>> responses(Operation operation) {
        return operation.node().path("responses").properties().stream()
                .map(response -> Map.entry(response.getKey(), resolved(response.getValue())));
    }

    private static Stream<Body> bodies(String place, JsonNode holder) {
        return holder.path("content").properties().stream()
                .map(type -> new Body(place + " " + type.getKey(), type.getValue()));
    }

    /** Returns the values of all examples of a body. */
    Stream<JsonNode> examples(Body body) {
        return body.mediaType().path("examples").properties().stream()
                .map(example -> resolved(example.getValue()).path("value"));
    }

    JsonNode resolved(JsonNode node) {
        String reference = node.path("$ref").asText();
        return reference.isEmpty() ? node : root.at(reference.substring(1));
    }

    /** Returns a value as a later version could send it: an open string is unknown, an object has an unknown field. */
    JsonNode future(JsonNode schema, JsonNode value) {
        JsonNode rules = resolved(schema);
        if (rules.has(OPEN_VALUES)) {
            return TextNode.valueOf(FUTURE_VALUE);
        }
        if (value.isArray()) {
            ArrayNode items = JsonNodeFactory.instance.arrayNode();
            value.forEach(item -> items.add(future(rules.path("items"), item)));
            return items;
        }
        if (!value.isObject() || !rules.has("properties")) {
            return value;
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        value.properties()
                .forEach(field -> object.set(
                        field.getKey(), future(rules.path("properties").path(field.getKey()), field.getValue())));
        return object.put("future_field", FUTURE_VALUE);
    }
}
