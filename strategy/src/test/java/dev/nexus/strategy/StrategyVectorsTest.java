package dev.nexus.strategy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.testsupport.RealPython;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Applies the strategies to the vectors in strategy/vectors. HostVectorsTest of the Bridge has those of the hosts. */
class StrategyVectorsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path VECTORS = Path.of("vectors");

    static Stream<Named<JsonNode>> vectors() {
        return Arrays.stream(StrategyType.values())
                .flatMap(type -> vectorsOf(type).stream())
                .map(vector -> Named.of(vector.path("name").asText(), vector));
    }

    private static List<JsonNode> vectorsOf(StrategyType type) {
        try {
            JsonNode file = JSON.readTree(VECTORS.resolve(type.wire() + ".json").toFile());
            return StreamSupport.stream(file.path("vectors").spliterator(), false)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void the_request_on_the_wire_equals_the_vector(JsonNode vector) {
        check(vector);
    }

    @Test
    void there_are_vectors_of_each_strategy() {
        assertThat(StrategyType.values())
                .allSatisfy(type -> assertThat(vectorsOf(type)).hasSizeGreaterThan(20));
    }

    /** Spoils each vector in each of its expected values. */
    @ParameterizedTest
    @MethodSource("vectors")
    void a_wrong_vector_fails(JsonNode vector) {
        for (JsonNode wrong : spoilt(vector)) {
            assertThatThrownBy(() -> check(wrong)).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void the_generator_writes_the_committed_vectors() throws Exception {
        RealPython python = RealPython.having("botocore");

        Process check = new ProcessBuilder(
                        python.path(), VECTORS.resolve("generate.py").toString(), "--check")
                .redirectErrorStream(true)
                .start();
        String output = new String(check.getInputStream().readAllBytes(), UTF_8);

        assertThat(check.waitFor()).as(output).isZero();
    }

    private static List<JsonNode> spoilt(JsonNode vector) {
        List<JsonNode> wrong = new ArrayList<>();
        for (String member : List.of("code", "field", "rule")) {
            ObjectNode copy = vector.deepCopy();
            if (copy.path("error").has(member)) {
                ((ObjectNode) copy.path("error")).put(member, "another");
                wrong.add(copy);
            }
        }
        for (String member : List.of("method", "url", "body")) {
            ObjectNode copy = vector.deepCopy();
            if (copy.path("expected") instanceof ObjectNode expected) {
                expected.put(member, expected.path(member).asText() + "x");
                if (member.equals("body")) {
                    expected.remove("body_base64");
                }
                wrong.add(copy);
            }
        }
        for (int i = 0; i < vector.path("expected").path("headers").size(); i++) {
            ObjectNode copy = vector.deepCopy();
            ArrayNode header = (ArrayNode) copy.path("expected").path("headers").get(i);
            header.set(1, header.get(1).asText() + "x");
            wrong.add(copy);
        }
        assertThat(wrong).isNotEmpty();
        return wrong;
    }

    private static void check(JsonNode vector) {
        assertThat(outcome(vector))
                .isEqualTo(
                        vector.has("error")
                                ? error(vector.path("error"))
                                : wire(vector.path("expected")).toString());
    }

    private static String outcome(JsonNode vector) {
        OutgoingRequest sent;
        try {
            sent = StrategyApplier.apply(
                    StrategyJson.parse(vector.path("strategy")),
                    Credential.of(vector.path("credentials")),
                    request(vector.path("request")),
                    Instant.parse(vector.path("time").asText()));
        } catch (InapplicableCredentialException e) {
            return String.join(
                    " ", "inapplicable_credential", e.field(), e.rule().wire());
        } catch (InvalidStrategyException e) {
            return "unsupported_strategy  ";
        }
        return new Wire(
                        sent.method(),
                        wireUrl(sent.uri()),
                        grouped(sent.headers()),
                        HexFormat.of().formatHex(sent.body()))
                .toString();
    }

    private static String error(JsonNode error) {
        return String.join(
                " ",
                error.path("code").asText(),
                error.path("field").asText(),
                error.path("rule").asText());
    }

    /** A request on the wire. The header lines are grouped by their names in lower case. */
    private record Wire(String method, String url, Map<String, List<String>> headers, String bodyInHex) {}

    private static Wire wire(JsonNode request) {
        return new Wire(
                request.path("method").asText(),
                request.path("url").asText(),
                grouped(fields(request)),
                HexFormat.of().formatHex(body(request)));
    }

    /** The JDK's client sends an empty path as a slash, and no fragment. */
    private static String wireUrl(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority()
                + (uri.getRawPath().isEmpty() ? "/" : uri.getRawPath())
                + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    }

    private static OutgoingRequest request(JsonNode request) {
        OutgoingRequest made = OutgoingRequest.of(
                        request.path("method").asText(),
                        URI.create(request.path("url").asText()))
                .withBody(body(request));
        for (HttpField field : fields(request)) {
            made = made.withAddedHeader(field.name(), field.value());
        }
        return made;
    }

    private static List<HttpField> fields(JsonNode request) {
        List<HttpField> fields = new ArrayList<>();
        request.path("headers")
                .forEach(line -> fields.add(
                        new HttpField(line.get(0).asText(), line.get(1).asText())));
        return fields;
    }

    private static Map<String, List<String>> grouped(List<HttpField> fields) {
        Map<String, List<String>> lines = new TreeMap<>();
        fields.forEach(field -> lines.computeIfAbsent(field.name().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                .add(field.value()));
        return lines;
    }

    private static byte[] body(JsonNode request) {
        return request.has("body_base64")
                ? Base64.getDecoder().decode(request.path("body_base64").asText())
                : request.path("body").asText("").getBytes(UTF_8);
    }
}
