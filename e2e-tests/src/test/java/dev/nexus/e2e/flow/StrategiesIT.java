package dev.nexus.e2e.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nexus.bridge.Bridge;
import dev.nexus.bridge.ForbiddenHostException;
import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.NexusExtension;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Each strategy from the registration of its provider to a request through the Bridge.
 *
 * <p>The test provider computes the expected request itself and shares no code with the product.
 */
@ExtendWith(NexusExtension.class)
public class StrategiesIT {

    private static final String KEY = "kéy &=+%/ü#1";
    private static final String ASCII_KEY = "sk_live_4f&=+%/#1";
    private static final String BODY = "{\"amount\": 1.10, \"big\": 1E+2}";

    /** A received request with its body. */
    private record ReceivedRequest(String method, URI uri, HttpExchange exchange, String text) {

        String header(String name) {
            String value = exchange.getRequestHeaders().getFirst(name);
            return value == null ? "" : value;
        }
    }

    private final String slug = "strategy-" + UUID.randomUUID().toString().substring(0, 8);
    private HttpServer provider;
    private volatile Predicate<ReceivedRequest> authenticates = received -> false;

    @BeforeEach
    void listen() throws IOException {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        provider.createContext("/", exchange -> {
            ReceivedRequest received = new ReceivedRequest(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI(),
                    exchange,
                    new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            exchange.sendResponseHeaders(authenticates.test(received) ? 204 : 401, -1);
            exchange.close();
        });
        provider.start();
    }

    @AfterEach
    void end() {
        provider.stop(0);
    }

    private String address() {
        return "http://localhost:" + provider.getAddress().getPort();
    }

    /**
     * Registers a provider, captures {@code credentials}, sends a request through the Bridge and returns the status.
     */
    private int statusOf(String strategy, String fields, String credentials, String path) throws Exception {
        String id = connect(strategy, fields, credentials);
        try (Bridge bridge = bridge()) {
            return bridge.connection(id)
                    .send(HttpRequest.newBuilder(URI.create(address() + path))
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(BODY))
                            .build())
                    .statusCode();
        }
    }

    private static Bridge bridge() {
        Backend acme = NexusExtension.acme();
        // The tests begin and finish each connection themselves, so each successor can be trusted.
        return Bridge.builder(acme.gatewayUrl(), acme.apiKey())
                .followSuccessors(successor -> true)
                .build();
    }

    private String connect(String strategy, String fields, String credentials) {
        StringBuilder properties = new StringBuilder();
        for (String field : fields.split(" ", -1)) {
            properties.append(properties.isEmpty() ? "" : ",").append("\"" + field + "\":{\"type\":\"string\"}");
        }
        NexusExtension.acme()
                .request()
                .contentType(ContentType.JSON)
                .body("{\"name\":\"Strategy\",\"auth_type\":\"api_key\",\"allowed_hosts\":[\"localhost\"],"
                        + "\"credential_schema\":{\"type\":\"object\",\"properties\":{" + properties
                        + "}},\"strategy\":"
                        + strategy + "}")
                .put("/v1/providers/" + slug)
                .then()
                .statusCode(201);
        Begun begun = NexusExtension.acme().begin(Backend.workspace(), slug);
        NexusExtension.acme().capture(begun.state(), credentials).then().statusCode(200);
        return begun.id();
    }

    @Test
    void header_strategy_authenticates_a_request() throws Exception {
        authenticates = received -> received.header("X-Api-Key").equals("Key " + ASCII_KEY)
                && received.header("X-App").equals("app-7")
                && received.header("X-Version").equals("2026-01-15")
                && received.text().equals(BODY);

        assertThat(statusOf("""
                        {"type":"header","config":{"header_name":"X-Api-Key","value_prefix":"Key ",
                         "additional_headers":[{"header_name":"X-App","credential_field":"app"}],
                         "static_headers":{"X-Version":"2026-01-15"}}}""", "api_key app", "{\"api_key\":\"" + ASCII_KEY + "\",\"app\":\"app-7\"}", "/v1/things"))
                .isEqualTo(204);
    }

    @Test
    void query_param_strategy_authenticates_a_request() throws Exception {
        authenticates = received -> {
            String[] pairs = received.uri().getRawQuery().split("&", -1);
            return pairs[0].equals("own=a%2Fb")
                    && pairs[1].startsWith("key=")
                    && URLDecoder.decode(pairs[1].substring(4), UTF_8).equals(KEY)
                    && pairs.length == 2;
        };

        assertThat(statusOf(
                        "{\"type\":\"query_param\",\"config\":{\"param_name\":\"key\"}}",
                        "api_key",
                        "{\"api_key\":\"" + KEY + "\"}",
                        "/v1/things?own=a%2Fb"))
                .isEqualTo(204);
    }

    @Test
    void basic_auth_strategy_authenticates_a_request() throws Exception {
        authenticates = received -> new String(
                        Base64.getDecoder()
                                .decode(received.header("Authorization").substring(6)),
                        UTF_8)
                .equals("me@example.org/token:" + KEY);

        assertThat(statusOf("""
                        {"type":"basic_auth","config":{"username_template":"{email}/token","password_field":"token"}}""", "email token", "{\"email\":\"me@example.org\",\"token\":\"" + KEY + "\"}", "/"))
                .isEqualTo(204);
    }

    @Test
    void body_field_strategy_authenticates_a_request() throws Exception {
        authenticates = received ->
                received.text().equals("{\"amount\":1.10,\"big\":1E+2,\"client_id\":\"c\",\"secret\":\"" + KEY + "\"}");

        assertThat(statusOf("""
                        {"type":"body_field","config":{"field_name":"client_id","credential_field":"id",
                         "additional_fields":[{"field_name":"secret","credential_field":"secret"}]}}""", "id secret", "{\"id\":\"c\",\"secret\":\"" + KEY + "\"}", "/"))
                .isEqualTo(204);
    }

    @Test
    void path_segment_strategy_authenticates_a_request() throws Exception {
        authenticates = received -> received.uri().getRawPath().endsWith("/getMe")
                && received.uri().getRawPath().split("/", -1).length == 3
                && URLDecoder.decode(
                                received.uri().getRawPath().split("/", -1)[1].replace("+", "%2B"), UTF_8)
                        .equals("bot" + KEY);

        assertThat(statusOf(
                        "{\"type\":\"path_segment\",\"config\":{\"segment_prefix\":\"bot\"}}",
                        "api_key",
                        "{\"api_key\":\"" + KEY + "\"}",
                        "/getMe"))
                .isEqualTo(204);
    }

    @Test
    void hmac_payload_strategy_authenticates_a_request() throws Exception {
        byte[] secret = "a secret of bytes".getBytes(UTF_8);
        authenticates = received -> {
            String time = received.header("X-Time");
            String signed = time + received.method() + received.uri() + received.text();
            return received.header("X-Sign")
                            .equals(Base64.getEncoder().encodeToString(hmac("HmacSHA256", secret, signed)))
                    && received.header("X-Key").equals("key-id")
                    && Duration.between(Instant.ofEpochSecond(Long.parseLong(time)), Instant.now())
                                    .abs()
                                    .toSeconds()
                            < 60;
        };

        assertThat(statusOf(
                        """
                        {"type":"hmac_payload","config":{"header_name":"X-Sign","encoding":"base64",
                         "secret_encoding":"base64","canonical_template":"{timestamp}{method}{path_and_query}{body}",
                         "timestamp_header":"X-Time","additional_headers":[
                           {"header_name":"X-Key","credential_field":"key"}]}}""",
                        "key api_secret",
                        "{\"key\":\"key-id\",\"api_secret\":\""
                                + Base64.getEncoder().encodeToString(secret) + "\"}",
                        "/v1/orders?limit=1"))
                .isEqualTo(204);
    }

    /** Computes the signature independently, step by step as in the AWS documentation. */
    @Test
    void aws_sigv4_strategy_authenticates_a_request() throws Exception {
        authenticates = received -> {
            String authorization = received.header("Authorization");
            String names = authorization.replaceAll(".*SignedHeaders=([^,]+),.*", "$1");
            StringBuilder canonical = new StringBuilder(
                    received.method() + "\n" + received.uri().getRawPath() + "\nAction=GetCallerIdentity\n");
            for (String name : names.split(";", -1)) {
                canonical
                        .append(name)
                        .append(':')
                        .append(received.header(name).strip())
                        .append('\n');
            }
            canonical
                    .append('\n')
                    .append(names)
                    .append('\n')
                    .append(sha256(received.text().getBytes(UTF_8)));
            String time = received.header("X-Amz-Date");
            String day = time.substring(0, 8);
            String scope = day + "/eu-central-1/sts/aws4_request";
            String toSign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n"
                    + sha256(canonical.toString().getBytes(UTF_8));
            byte[] key = "AWS4secret+key/1".getBytes(UTF_8);
            for (String step : new String[] {day, "eu-central-1", "sts", "aws4_request"}) {
                key = hmac("HmacSHA256", key, step);
            }
            return names.contains("host;")
                    && received.header("X-Amz-Security-Token").equals("session")
                    && authorization.startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/" + scope)
                    && authorization.endsWith("Signature=" + HexFormat.of().formatHex(hmac("HmacSHA256", key, toSign)));
        };

        assertThat(statusOf(
                        "{\"type\":\"aws_sigv4\",\"config\":{\"service\":\"sts\",\"region\":\"eu-central-1\"}}",
                        "access_key secret_key session_token",
                        "{\"access_key\":\"AKIDEXAMPLE\",\"secret_key\":\"secret+key/1\",\"session_token\":\"session\"}",
                        "/?Action=GetCallerIdentity"))
                .isEqualTo(204);
    }

    @Test
    void provider_rejects_a_wrong_credential() throws Exception {
        authenticates = received -> received.header("Authorization").equals("another");

        assertThat(statusOf("{\"type\":\"header\"}", "api_key", "{\"api_key\":\"k\"}", "/"))
                .isEqualTo(401);
    }

    @Test
    void credential_is_not_sent_to_another_host() {
        String id = connect("{\"type\":\"header\"}", "api_key", "{\"api_key\":\"k\"}");

        try (Bridge bridge = bridge()) {
            HttpRequest elsewhere = HttpRequest.newBuilder(URI.create(address().replace("localhost", "127.0.0.1")))
                    .build();
            assertThatThrownBy(() -> bridge.connection(id).send(elsewhere)).isInstanceOf(ForbiddenHostException.class);
        }
    }

    @Test
    void first_401_makes_the_bridge_fetch_the_rotated_credential() throws Exception {
        String workspace = Backend.workspace();
        String first = NexusExtension.acme().connect(workspace, "first");
        try (Bridge bridge = bridge()) {
            authenticates = received -> received.header("Authorization").equals("Bearer first");
            HttpRequest request = HttpRequest.newBuilder(URI.create(address())).build();
            assertThat(bridge.connection(first).send(request).statusCode()).isEqualTo(204);

            String second = NexusExtension.acme().connect(workspace, "second");
            authenticates = received -> received.header("Authorization").equals("Bearer second");

            assertThat(bridge.connection(first).send(request).statusCode()).isEqualTo(204);
            assertThat(bridge.connection(first).currentId()).isEqualTo(second);
        }
    }

    private static byte[] hmac(String algorithm, byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
