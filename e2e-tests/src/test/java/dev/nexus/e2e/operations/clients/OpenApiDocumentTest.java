package dev.nexus.e2e.operations.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.nexus.e2e.operations.clients.OpenApiDocument.Body;
import dev.nexus.e2e.support.DeclaredError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that client developers can use the document: examples, descriptions, and sets of values that can grow. */
class OpenApiDocumentTest {

    /** Errors of requests that reach no operation. So no operation has an example of them. */
    private static final Set<String> WITHOUT_OPERATION = Set.of("not_found", "method_not_allowed");

    private static OpenApiDocument document;

    @BeforeAll
    static void read() throws IOException {
        document = OpenApiDocument.read();
    }

    @Test
    void each_request_body_and_each_response_has_examples_that_follow_its_schema() {
        List<Body> bodies = Stream.concat(document.requestBodies(), document.responseBodies())
                .toList();
        List<String> problems = new ArrayList<>();
        for (Body body : bodies) {
            List<JsonNode> examples = document.examples(body).toList();
            if (examples.isEmpty()) {
                problems.add(body.place() + ": no example");
            }
            examples.forEach(example ->
                    problemsOf(body.schema(), example).forEach(problem -> problems.add(body.place() + ": " + problem)));
        }

        assertThat(bodies).hasSizeGreaterThan(200);
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "checkConnection, created_at, yesterday",
        "checkConnection, colour, blue",
        "captureCredential, status, 1"
    })
    void an_example_that_breaks_its_schema_is_found(String operation, String field, String value) {
        Body body = document.responseBodies()
                .filter(response -> response.place().startsWith(operation + " 200"))
                .findFirst()
                .orElseThrow();
        ObjectNode example = document.examples(body).findFirst().orElseThrow().deepCopy();
        if (value.equals("1")) {
            example.put(field, 1);
        } else {
            example.put(field, value);
        }

        assertThat(problemsOf(body.schema(), example)).isNotEmpty();
    }

    @Test
    void each_error_code_is_documented_and_has_an_example() throws IOException {
        List<String> codes =
                DeclaredError.all().stream().map(DeclaredError::code).toList();
        List<String> documented = texts(document.root().at("/components/schemas/Error/properties/error"));
        Set<String> shown = new TreeSet<>(WITHOUT_OPERATION);
        document.responseBodies()
                .flatMap(document::examples)
                .filter(example -> example.has("error"))
                .forEach(example -> shown.add(example.path("error").asText()));

        assertThat(documented).containsExactlyInAnyOrderElementsOf(codes);
        assertThat(shown).containsExactlyInAnyOrderElementsOf(codes);
    }

    @Test
    void no_response_has_a_closed_set_of_values_or_a_closed_object() {
        List<String> closed = new ArrayList<>();
        List<String> open = new ArrayList<>();
        document.responseBodies()
                .forEach(body -> walk(body.schema(), new HashSet<>(), (path, schema) -> {
                    if (schema.has("enum") || schema.has("const")) {
                        closed.add(body.place() + path);
                    }
                    if (schema.path("additionalProperties").isBoolean()
                            && !schema.path("additionalProperties").asBoolean()) {
                        closed.add(body.place() + path);
                    }
                    if (schema.has(OpenApiDocument.OPEN_VALUES)) {
                        open.add(path);
                    }
                }));

        assertThat(open).isNotEmpty();
        assertThat(closed).isEmpty();
    }

    @Test
    void each_operation_parameter_response_and_field_has_a_description() {
        List<String> missing = new ArrayList<>();
        document.operations().forEach(operation -> {
            if (!operation.node().has("summary") || !operation.node().has("description")) {
                missing.add(operation.id());
            }
            operation.node().path("parameters").forEach(parameter -> {
                if (!parameter.has("description")) {
                    missing.add(operation.id() + " " + parameter.path("name").asText());
                }
            });
            document.responses(operation)
                    .filter(response -> !response.getValue().has("description"))
                    .forEach(response -> missing.add(operation.id() + " " + response.getKey()));
        });
        Stream.concat(document.requestBodies(), document.responseBodies())
                .forEach(body -> walk(
                        body.schema(),
                        new HashSet<>(),
                        (path, schema) -> schema.path("properties").properties().forEach(property -> {
                            if (!document.resolved(property.getValue()).has("description")) {
                                missing.add(body.place() + path + "/" + property.getKey());
                            }
                        })));

        assertThat(document.operations()).hasSizeGreaterThan(20);
        assertThat(missing).isEmpty();
    }

    @Test
    void host_of_the_server_is_a_variable() {
        JsonNode server = document.root().path("servers").path(0);

        assertThat(server.path("url").asText()).isEqualTo("https://{host}");
        assertThat(server.at("/variables/host/default").asText()).isNotEmpty();
    }

    private static List<String> texts(JsonNode schema) {
        List<String> texts = new ArrayList<>();
        schema.path(OpenApiDocument.OPEN_VALUES).forEach(text -> texts.add(text.asText()));
        return texts;
    }

    /** Validates an example. An unknown field is a problem too, so that an example shows only documented fields. */
    private static List<String> problemsOf(JsonNode schema, JsonNode example) {
        ObjectNode whole = schema.deepCopy();
        whole.set("components", document.root().path("components").deepCopy());
        close(whole);
        Schema compiled = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(whole);
        return compiled
                .validate(example, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
                .stream()
                .map(problem -> problem.toString())
                .toList();
    }

    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.path("properties").isObject() && object.has("type")) {
            if (!object.has("additionalProperties")) {
                object.put("additionalProperties", false);
            }
        }
        schema.forEach(OpenApiDocumentTest::close);
    }

    private static void walk(JsonNode schema, Set<JsonNode> seen, BiConsumer<String, JsonNode> visitor) {
        walk("", schema, seen, visitor);
    }

    private static void walk(String path, JsonNode schema, Set<JsonNode> seen, BiConsumer<String, JsonNode> visitor) {
        JsonNode rules = document.resolved(schema);
        if (!seen.add(rules)) {
            return;
        }
        visitor.accept(path, rules);
        rules.path("properties")
                .properties()
                .forEach(property -> walk(path + "/" + property.getKey(), property.getValue(), seen, visitor));
        if (rules.has("items")) {
            walk(path + "/items", rules.path("items"), seen, visitor);
        }
        if (rules.path("additionalProperties").isObject()) {
            walk(path + "/*", rules.path("additionalProperties"), seen, visitor);
        }
    }
}
