package dev.nexus.gateway.component;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nexus.contracts.InternalHeaders;
import dev.nexus.testsupport.Promise;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client address that the Gateway sends to the Broker. The peer 127.0.0.1 and 10.0.0.0/8 are trusted proxies. */
@QuarkusTest
@QuarkusTestResource(StubbedBroker.class)
class ForwardedForTest {

    @BeforeEach
    void stubBroker() {
        StubbedBroker.answerEverything();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.7                              | 203.0.113.7",
                "198.51.100.1, 203.0.113.7                | 203.0.113.7",
                "198.51.100.1, 203.0.113.7, 10.0.0.9      | 203.0.113.7",
                "198.51.100.1, [2001:db8::1]:443          | 2001:db8::1",
                "203.0.113.7:54321                        | 203.0.113.7",
                "::ffff:203.0.113.7                       | 203.0.113.7",
                "203.0.113.7, unknown                     | 127.0.0.1",
                "203.0.113.7, unknown, 10.0.0.9           | 10.0.0.9"
            })
    void rightmost_untrusted_address_is_used_behind_a_trusted_proxy(String forwarded, String expected)
            throws IOException {
        String answer = RawHttp.send(request("X-Forwarded-For: " + forwarded + "\r\n"));

        assertClientAddress(answer, expected);
    }

    @Test
    void the_values_of_a_repeated_header_are_read_in_their_order() throws IOException {
        String answer = RawHttp.send(request("X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 203.0.113.7\r\n"));

        assertClientAddress(answer, "203.0.113.7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "X-Forwarded-For: \r\n", "Forwarded: for=203.0.113.7\r\n", "X-Real-IP: 203.0.113.7\r\n"})
    void peer_address_is_used_without_X_Forwarded_For(String header) throws IOException {
        String answer = RawHttp.send(request(header));

        assertClientAddress(answer, "127.0.0.1");
    }

    @Test
    @Promise(26)
    void caller_cannot_set_the_internal_address_header() throws IOException {
        String answer = RawHttp.send(request("X-Forwarded-For: 198.51.100.1, [2001:db8::1]:443\r\n"
                + InternalHeaders.CLIENT_ADDRESS + ": 192.0.2.66\r\n"));

        assertClientAddress(answer, "2001:db8::1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.7", "203.0.113.7, 10.0.0.9", "unknown", "127.0.0.1"})
    @Promise(26)
    void X_Forwarded_For_of_an_untrusted_peer_is_ignored(String forwarded) throws IOException {
        assumeTrue(RawHttp.canSendFromUntrusted(), "this system has no address " + RawHttp.UNTRUSTED);

        String answer = RawHttp.sendFromUntrusted(request("X-Forwarded-For: " + forwarded + "\r\n"));

        assertClientAddress(answer, RawHttp.UNTRUSTED);
    }

    private static String request(String headers) {
        return "GET /v1/providers HTTP/1.1\r\nHost: a.example\r\n" + RawHttp.key() + headers
                + "Connection: close\r\n\r\n";
    }

    private static void assertClientAddress(String answer, String address) {
        assertThat(answer).startsWith("HTTP/1.1 200");
        StubbedBroker.broker()
                .verify(1, getRequestedFor(anyUrl()).withHeader(InternalHeaders.CLIENT_ADDRESS, equalTo(address)));
        assertThat(StubbedBroker.broker().getAllServeEvents()).hasSize(1);
    }
}
