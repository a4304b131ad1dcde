package dev.nexus.strategy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.Base64;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends requests over real HTTP: a server decodes the same credential, and the rest of the request is unchanged. */
class EscapingTest {

    private static final int TRIES = 200;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String OWN = "own=a%2Fb&own=c+d&empty=&flag";
    private static final String BODY =
            "{\"n\":1.10,\"e\":1E+2,\"big\":1e400,\"s\":\"\\u00e9\",\"key\":\"old\",\"o\":{\"key\":[1.0]}}";

    /** Runs until the process ends. */
    private static final RawServer SERVER = new RawServer();

    /** Text of any script, mostly with characters that are special in URLs, forms and JSON. Surrogates are paired. */
    @Provide
    Arbitrary<String> secrets() {
        return Arbitraries.strings()
                .withChars("&=+%#?/;:@!$'()*,[]{}\"\\ ~-._0aZ\u00e9\u20ac\u4e2d\u00a0")
                .withCharRange('a', 'z')
                .withChars('\n', '\t')
                .ofMinLength(1)
                .ofMaxLength(40)
                .map(text -> text.endsWith("Z") ? text + "\ud83d\ude00" : text);
    }

    private static String sent(String strategy, String secret, String body) throws Exception {
        ObjectNode credential = JsonNodeFactory.instance.objectNode().put("api_key", secret);
        OutgoingRequest plain = OutgoingRequest.of("POST", URI.create(SERVER.url() + "/v1/a%20b?" + OWN))
                .withBody(body.getBytes(UTF_8));
        OutgoingRequest ready =
                StrategyApplier.apply(StrategyJson.parse(strategy), Credential.of(credential), plain, Instant.EPOCH);
        HttpRequest.Builder request = HttpRequest.newBuilder(ready.uri())
                .version(HttpClient.Version.HTTP_1_1)
                .method(ready.method(), BodyPublishers.ofByteArray(ready.body()));
        ready.headers().forEach(header -> request.header(header.name(), header.value()));
        return CLIENT.send(request.build(), BodyHandlers.ofString(ISO_8859_1)).body();
    }

    private static String target(String request) {
        return request.split(" ", 3)[1];
    }

    private static String body(String request) {
        String raw = request.substring(request.indexOf("\r\n\r\n") + 4);
        return new String(raw.getBytes(ISO_8859_1), UTF_8);
    }

    /** Decodes as RFC 3986 defines: a plus is not a space. */
    private static String decoded(String encoded) {
        return URLDecoder.decode(encoded.replace("+", "%2B"), UTF_8);
    }

    @Property(tries = TRIES)
    void a_query_parameter_is_read_unchanged(@ForAll("secrets") String secret) throws Exception {
        String target = target(sent("{\"type\":\"query_param\",\"config\":{\"param_name\":\"k&y\"}}", secret, ""));

        assertThat(target).startsWith("/v1/a%20b?" + OWN + "&k%26y=");
        assertThat(decoded(target.substring(target.lastIndexOf('=') + 1))).isEqualTo(secret);
    }

    @Property(tries = TRIES)
    void an_existing_parameter_of_the_same_name_is_replaced(@ForAll("secrets") String secret) throws Exception {
        String target = target(sent("{\"type\":\"query_param\",\"config\":{\"param_name\":\"own\"}}", secret, ""));

        assertThat(target).startsWith("/v1/a%20b?empty=&flag&own=");
        assertThat(decoded(target.substring(target.lastIndexOf('=') + 1))).isEqualTo(secret);
    }

    @Property(tries = TRIES)
    void a_path_segment_is_read_unchanged(@ForAll("secrets") String secret) throws Exception {
        String target = target(
                sent("{\"type\":\"path_segment\",\"config\":{\"segment_prefix\":\"bot\",\"position\":1}}", secret, ""));

        assertThat(target).startsWith("/v1/bot").endsWith("/a%20b?" + OWN);
        String[] segments = target.substring(0, target.indexOf('?')).split("/", -1);
        assertThat(segments).hasSize(4);
        assertThat(decoded(segments[2])).isEqualTo("bot" + secret);
    }

    @Property(tries = TRIES)
    void a_member_of_a_json_body_is_read_unchanged(@ForAll("secrets") String secret) throws Exception {
        String body = body(sent("{\"type\":\"body_field\",\"config\":{\"field_name\":\"key\"}}", secret, BODY));

        assertThat(body)
                .startsWith("{\"n\":1.10,\"e\":1E+2,\"big\":1e400,\"s\":\"\\u00e9\",\"o\":{\"key\":[1.0]},\"key\":");
        assertThat(new ObjectMapper()
                        .readTree(body.replace("1e400", "1"))
                        .path("key")
                        .textValue())
                .isEqualTo(secret);
    }

    @Property(tries = TRIES)
    void a_form_field_is_read_unchanged(@ForAll("secrets") String secret) throws Exception {
        String body = body(sent(
                "{\"type\":\"body_field\",\"config\":{\"field_name\":\"key\",\"encoding\":\"form\"}}",
                secret,
                "a=b+c&key=old"));

        assertThat(body).startsWith("a=b+c&key=");
        assertThat(URLDecoder.decode(body.substring(10), UTF_8)).isEqualTo(secret);
    }

    @Property(tries = TRIES)
    void a_basic_authorization_is_read_unchanged(@ForAll("secrets") String secret) throws Exception {
        String strategy =
                "{\"type\":\"basic_auth\",\"config\":{\"username_template\":\"me\",\"password_field\":\"api_key\"}}";
        if (secret.chars().anyMatch(Character::isISOControl)) {
            assertThatThrownBy(() -> sent(strategy, secret, "")).isInstanceOf(InapplicableCredentialException.class);
            return;
        }

        String header = sent(strategy, secret, "").replaceAll("(?s).*Authorization: Basic ([^\r]*)\r.*", "$1");

        assertThat(new String(Base64.getDecoder().decode(header), UTF_8)).isEqualTo("me:" + secret);
    }

    @Property(tries = TRIES)
    void a_header_value_is_read_unchanged_or_refused(@ForAll("secrets") String secret) throws Exception {
        String strategy = "{\"type\":\"header\",\"config\":{\"header_name\":\"X-Key\",\"value_prefix\":\"<\"}}";
        if (!secret.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            assertThatThrownBy(() -> sent(strategy, secret, ""))
                    .isInstanceOf(InapplicableCredentialException.class)
                    .hasMessageStartingWith("api_key: must ");
            return;
        }

        String header = sent(strategy, secret, "").replaceAll("(?s).*X-Key: ([^\r]*)\r.*", "$1");

        // White space at a field's end is not part of its value (RFC 9110, 5.5).
        assertThat(header.stripTrailing()).isEqualTo(("<" + secret).stripTrailing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "{", "{\"a\":1}{}", "\"canary\"", "{\"a\":canary}"})
    void a_body_that_is_not_one_json_object_is_refused(String body) {
        ObjectNode credential = JsonNodeFactory.instance.objectNode().put("api_key", "k");
        Strategy strategy = StrategyJson.parse("{\"type\":\"body_field\",\"config\":{\"field_name\":\"key\"}}");
        OutgoingRequest request =
                OutgoingRequest.of("POST", URI.create("https://a.example")).withBody(body.getBytes(UTF_8));

        assertThatThrownBy(() -> StrategyApplier.apply(strategy, Credential.of(credential), request, Instant.EPOCH))
                .isInstanceOf(InapplicableCredentialException.class)
                .hasMessage("api_key: cannot be added, because the body of the request is not one JSON object");
    }
}
