package dev.nexus.gateway.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Malformed URIs: invalid percent-encoding, or a character that is not allowed. */
@QuarkusTest
@QuarkusTestResource(StubbedBroker.class)
class MalformedPathTest {

    @BeforeEach
    void stubBroker() {
        StubbedBroker.answerEverything();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%zz",
                "/v1/%zz",
                "/v1/token/%zz",
                "/v1/providers/%",
                "/v1/providers/%4",
                "/v1/providers/a%zz?limit=1",
                "/auth/capture/%zz",
                "/auth/capture-schema%zz",
                "/auth/capture-schema%zz?state=s",
                "/auth/assets/%zz"
            })
    void malformed_path_is_rejected_with_400_and_not_repeated_in_the_response(String path) throws IOException {
        try (LoggedErrors logged = new LoggedErrors()) {
            String answer = RawHttp.send(get(path, "application/json"));

            RawHttp.assertRefused(answer, 400, "invalid_request");
            assertThat(answer)
                    .contains("The path or the query is not a valid URI")
                    .doesNotContain("zz");
            assertThat(logged.lines()).isEmpty();
        }
        assertThat(StubbedBroker.broker().getAllServeEvents()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/v1/connections?label=%zz", "/v1/connections?label=a|b", "/v1/providers/{a}", "/v1/pro^viders"})
    void other_malformed_URI_is_rejected_with_400(String uri) throws IOException {
        String answer = RawHttp.send(get(uri, "application/json"));

        RawHttp.assertRefused(answer, 400, "invalid_request");
        assertThat(StubbedBroker.broker().getAllServeEvents()).isEmpty();
    }

    @Test
    void browser_gets_a_page_for_a_malformed_path() throws IOException {
        String answer = RawHttp.send(get("/auth/capture/%zz", "text/html"));

        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .containsIgnoringCase("\r\nContent-Type: text/html")
                .doesNotContain("zz");
    }

    private static String get(String path, String accept) {
        return "GET " + path + " HTTP/1.1\r\nHost: a.example\r\n" + RawHttp.key()
                + "X-Forwarded-For: 192.0.2.98\r\nAccept: " + accept + "\r\nConnection: close\r\n\r\n";
    }
}
