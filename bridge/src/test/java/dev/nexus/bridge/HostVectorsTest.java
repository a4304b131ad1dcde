package dev.nexus.bridge;

import static dev.nexus.bridge.BridgeServers.ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.bridge.LocalServer.Answer;
import dev.nexus.strategy.OutgoingRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sends the vectors in strategy/vectors/hosts.json through a Bridge. */
class HostVectorsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    private final BridgeServers servers = new BridgeServers();

    static Stream<Named<JsonNode>> vectors() throws IOException {
        JsonNode file =
                JSON.readTree(Path.of("..", "strategy", "vectors", "hosts.json").toFile());
        return StreamSupport.stream(file.path("vectors").spliterator(), false)
                .map(vector -> Named.of(vector.path("name").asText(), vector));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void the_host_is_allowed_or_refused_as_in_the_vector(JsonNode vector) {
        check(vector);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void a_wrong_vector_fails(JsonNode vector) {
        ObjectNode wrong = vector.deepCopy();
        if (wrong.remove("error") == null) {
            wrong.remove("expected");
            wrong.putObject("error").put("code", "forbidden_host");
        } else {
            wrong.putObject("expected")
                    .put("url", vector.path("request").path("url").asText());
        }

        assertThatThrownBy(() -> check(wrong)).isInstanceOf(AssertionError.class);
    }

    private void check(JsonNode vector) {
        ObjectNode token = JSON.createObjectNode();
        token.set("strategy", vector.path("strategy"));
        token.set("credentials", vector.path("credentials"));
        if (vector.has("allowed_hosts")) {
            token.set("allowed_hosts", vector.path("allowed_hosts"));
        }
        servers.tokens.put(ID, Answer.of(200, token.toString()));

        assertThat(outcome(vector))
                .isEqualTo(
                        vector.has("error")
                                ? vector.path("error").path("code").asText()
                                : vector.path("expected").path("url").asText() + " k");
    }

    private String outcome(JsonNode vector) {
        URI url;
        try {
            url = URI.create(vector.path("request").path("url").asText());
        } catch (IllegalArgumentException invalid) {
            // java.net.URI refuses a backslash, so an application cannot create such a request.
            return "forbidden_host";
        }
        OutgoingRequest request = OutgoingRequest.of("GET", url);
        for (JsonNode header : vector.path("request").path("headers")) {
            request = request.withHeader(header.get(0).asText(), header.get(1).asText());
        }
        try {
            OutgoingRequest sent = servers.bridge.connection(ID).apply(request);
            String host = sent.uri().getHost();
            return sent.uri().toString().replace(host, host.toLowerCase(Locale.ROOT)) + " "
                    + sent.header("Authorization").orElse("");
        } catch (ForbiddenHostException refused) {
            return "forbidden_host";
        }
    }
}
