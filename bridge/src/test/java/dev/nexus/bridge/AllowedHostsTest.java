package dev.nexus.bridge;

import static dev.nexus.bridge.BridgeServers.ID;
import static dev.nexus.bridge.BridgeServers.SECRET;
import static dev.nexus.bridge.BridgeServers.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.bridge.LocalServer.Answer;
import dev.nexus.strategy.OutgoingRequest;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Allowed hosts of a credential. */
class AllowedHostsTest {

    @RegisterExtension
    private final BridgeServers servers = new BridgeServers();

    private final Map<String, Answer> tokens = servers.tokens;
    private final Bridge bridge = servers.bridge;

    @ParameterizedTest
    @CsvSource({
        "https://api.example.org.evil.example/",
        "https://evil.example/api.example.org",
        "https://example.org/",
        "https://xapi.example.org/",
        "https://api.example.org@evil.example/",
        "https://evil.example#api.example.org",
        "http://api.example.org/",
        "https://127.0.0.1/",
        "https://user@api.example.org/",
    })
    void a_host_that_is_not_allowed_is_refused(String url) {
        tokens.put(ID, Answer.of(200, token(SECRET, "").body().replace("localhost", "api.example.org")));
        OutgoingRequest request = OutgoingRequest.of("GET", URI.create(url));

        assertThatThrownBy(() -> bridge.connection(ID).apply(request))
                .isInstanceOf(ForbiddenHostException.class)
                .hasMessageNotContaining(SECRET)
                .hasMessageNotContaining("evil");
    }

    @ParameterizedTest
    @CsvSource({"https://api.example.org", "https://API.Example.ORG./x", "https://api.example.org:8443/"})
    void host_names_are_compared_without_case_port_and_trailing_dot(String url) {
        tokens.put(ID, Answer.of(200, token(SECRET, "").body().replace("localhost", "api.example.org")));

        assertThat(bridge.connection(ID)
                        .apply(OutgoingRequest.of("GET", URI.create(url)))
                        .header("Authorization"))
                .hasValue("Bearer " + SECRET);
    }

    @Test
    void without_allowed_hosts_every_https_host_is_allowed() {
        tokens.put(ID, Answer.of(200, token(SECRET, "").body().replace(",\"allowed_hosts\":[\"localhost\"]", "")));

        assertThatCode(() ->
                        bridge.connection(ID).apply(OutgoingRequest.of("GET", URI.create("https://anywhere.example/"))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() ->
                        bridge.connection(ID).apply(OutgoingRequest.of("GET", URI.create("http://anywhere.example/"))))
                .isInstanceOf(ForbiddenHostException.class);
    }
}
