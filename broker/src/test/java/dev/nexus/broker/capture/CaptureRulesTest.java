package dev.nexus.broker.capture;

import static dev.nexus.broker.testing.Flow.ACME;
import static dev.nexus.broker.testing.Flow.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.outbound.HostAddresses;
import dev.nexus.broker.provider.PutProvider;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.testing.KnownHosts;
import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.RequestedConnection;
import dev.nexus.runtime.ApiException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Capture refuses credentials that match their schema but that no request can send. No test calls a provider. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class CaptureRulesTest {

    private static final String HEADER = "{\"type\": \"header\"}";

    private static final Map<String, List<String>> ADDRESSES = Map.of(
            "nat64.example.org", List.of("64:ff9b::a00:1"),
            "mapped.example.org", List.of("8.8.8.8", "10.0.0.1"),
            "loopback.example.org", List.of("127.0.0.1"),
            "public.example.org", List.of("8.8.8.8"));

    @Inject
    PutProvider put;

    @Inject
    CaptureCredential capture;

    @Inject
    Flow flow;

    @Inject
    Vertx vertx;

    private final String slug = "rules-" + UUID.randomUUID().toString().substring(0, 8);

    private void register(String strategy, String fields, String hosts) {
        String properties = Arrays.stream(fields.split(" ", -1))
                .map(field -> "\"" + field + "\": {\"type\": \"string\"}")
                .collect(Collectors.joining(", "));
        String required = Arrays.stream(fields.split(" ", -1))
                .filter(field -> hosts.contains("{" + field + "}"))
                .map(field -> "\"" + field + "\"")
                .collect(Collectors.joining(", "));
        String body = """
            {"name": "Rules", "auth_type": "api_key", "strategy": %s, "allowed_hosts": [%s],
             "credential_schema": {"type": "object", "required": [%s], "properties": {%s}}}
            """.formatted(strategy, hosts, required, properties);
        await(put.run(ACME, slug, new Precondition(null, null), body.getBytes(UTF_8)));
    }

    private CapturedConnection capture(RequestedConnection requested, String credentials) {
        String body = "{\"state\": \"" + requested.state() + "\", \"credentials\": " + credentials + "}";
        return await(Uni.createFrom().deferred(() -> capture.run(ACME, body.getBytes(UTF_8))));
    }

    private void assertRefused(String credentials, String pointer, String rule) {
        RequestedConnection requested = await(flow.beginning(ACME, slug, slug));

        ApiException refused = catchThrowableOfType(ApiException.class, () -> capture(requested, credentials));

        assertThat(refused).isNotNull();
        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
        assertThat(refused.body().details()).extracting(Detail::pointer).containsExactly(pointer);
        assertThat(refused.body().details()).extracting(Detail::rule).containsExactly(rule);
        assertThat(refused.body().toString()).doesNotContain("canary");
        assertThat(flow.status(requested.connectionId())).isEqualTo("pending");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'api_key': 'canary\\n'}|/credentials/api_key|lineBreak",
                "{'api_key': 'canary\\r\\nX-Evil: 1'}|/credentials/api_key|lineBreak",
                "{'api_key': 'can\\u0000ary'}|/credentials/api_key|controlCharacter",
                "{'api_key': '\\u200bcanary'}|/credentials/api_key|invisibleCharacter",
                "{'api_key': 'canary\\u00a0'}|/credentials/api_key|invisibleCharacter",
                "{'api_key': 'canary\\u00e9'}|/credentials/api_key|printableAscii",
                "{'api_key': ' canary'}|/credentials/api_key|surroundingSpace",
                "{'api_key': 'canary '}|/credentials/api_key|surroundingSpace",
                "{'api_key': ''}|/credentials/api_key|notEmpty",
                "{}|/credentials/api_key|required",
                "{'api_key': 'Authorization: canary'}|/credentials/api_key|repeatedName",
            })
    void an_invalid_header_value_is_refused_with_its_field_and_rule(String credentials, String pointer, String rule) {
        register(HEADER, "api_key", "\"api.example.org\"");

        assertRefused(credentials.replace('\'', '"'), pointer, rule);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type': 'header', 'config': {'value_prefix': 'Bearer '}}|api_key|{'api_key': 'bearer"
                        + " canary'}|api_key|repeatedPrefix",
                "{'type': 'header', 'config': {'value_prefix': 'token '}}|api_key|{'api_key': 'Token"
                        + " canary'}|api_key|repeatedPrefix",
                "{'type': 'basic_auth'}|username password|{'username': 'can:ary', 'password': 'p'}|username|colon",
                "{'type': 'basic_auth'}|username password|{'username': 'u', 'password': 'canary\\n"
                        + "'}|password|lineBreak",
                "{'type': 'query_param', 'config': {'param_name': 'key'}}|api_key|{'api_key': 'canary\\n"
                        + "'}|api_key|lineBreak",
                "{'type': 'path_segment'}|api_key|{'api_key': '..'}|api_key|dotSegment",
                "{'type': 'body_field', 'config': {'field_name': 'k'}}|api_key|{'api_key':"
                        + " '\\ufeffcanary'}|api_key|invisibleCharacter",
                "{'type': 'hmac_payload', 'config': {'header_name': 'X-S', 'secret_encoding':"
                        + " 'hex'}}|api_secret|{'api_secret': 'canary'}|api_secret|hex",
                "{'type': 'aws_sigv4', 'config': {'service': 'sts'}}|access_key secret_key|{'access_key': 'A',"
                        + " 'secret_key': 'canary '}|secret_key|surroundingSpace",
            })
    void each_strategy_checks_the_credential_before_it_is_stored(
            String strategy, String fields, String credentials, String field, String rule) {
        register(strategy.replace('\'', '"'), fields, "\"api.example.org\"");

        assertRefused(credentials.replace('\'', '"'), "/credentials/" + field, rule);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost",
        "LocalHost",
        "a.localhost",
        "metadata.google.internal",
        "kubernetes.default.svc",
        "nexus-broker.nexus.svc.cluster.local",
        "printer.local",
        "db.internal",
        "intranet",
        "127.0.0.1",
        "[::1]",
        "2130706433",
        "nat64.example.org",
        "mapped.example.org",
        "loopback.example.org",
    })
    void a_forbidden_host_is_refused_with_its_field(String host) {
        QuarkusMock.installMockForType(new KnownHosts(vertx, ADDRESSES), HostAddresses.class);
        register(HEADER, "api_key site", "\"{site}\"");

        assertRefused("{\"api_key\": \"canary\", \"site\": \"" + host + "\"}", "/credentials/site", "host");
    }

    @Test
    void a_public_host_and_a_host_without_an_address_are_accepted() {
        QuarkusMock.installMockForType(new KnownHosts(vertx, ADDRESSES), HostAddresses.class);
        register(HEADER, "api_key site", "\"{site}\"");

        for (String host : List.of("public.example.org", "unknown.example.org", "Public.Example.org")) {
            RequestedConnection requested = await(flow.beginning(ACME, slug, slug));
            assertThat(capture(requested, "{\"api_key\": \"k\", \"site\": \"" + host + "\"}")
                            .status())
                    .isEqualTo("success");
        }
    }
}
