package dev.nexus.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrategyApplierTest {

    private static final Strategy BEARER = new HeaderStrategy("Authorization", "api_key", "Bearer ");
    private static final Strategy BASIC = new BasicAuthStrategy("username", "password");

    @Test
    void a_header_is_the_prefix_and_the_value() {
        OutgoingRequest sent = apply(BEARER, object().put("api_key", "pat_abc123xyz"));

        assertThat(sent.headers()).containsExactly(new HttpField("Authorization", "Bearer pat_abc123xyz"));
    }

    /** The example of RFC 7617, section 2. */
    @Test
    void basic_auth_equals_the_example_of_rfc_7617() {
        ObjectNode credentials = object().put("username", "Aladdin").put("password", "open sesame");

        assertThat(authorization(BASIC, credentials)).isEqualTo("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    }

    /** The example of RFC 7617, section 2.1. */
    @Test
    void basic_auth_encodes_in_utf_8() {
        ObjectNode credentials = object().put("username", "test").put("password", "123\u00a3");

        assertThat(authorization(BASIC, credentials)).isEqualTo("Basic dGVzdDoxMjPCow==");
    }

    @Test
    void an_absent_password_is_sent_as_empty() {
        assertThat(authorization(BASIC, object().put("username", "key"))).isEqualTo("Basic a2V5Og==");
    }

    @Test
    void a_field_that_is_missing_or_not_a_string_is_refused() {
        assertThatThrownBy(() -> apply(BEARER, object()))
                .isInstanceOf(InapplicableCredentialException.class)
                .hasMessageStartingWith("api_key: is required");
        assertThatThrownBy(() -> apply(BEARER, object().put("api_key", 12)))
                .isInstanceOf(InapplicableCredentialException.class)
                .hasMessage("api_key: must be a string");
        assertThatThrownBy(() -> apply(BASIC, object().put("username", "a").putNull("password")))
                .isInstanceOf(InapplicableCredentialException.class)
                .hasMessage("password: must be a string");
    }

    @Test
    void a_colon_in_the_user_name_is_refused() {
        assertThatThrownBy(() -> apply(BASIC, object().put("username", "a:b")))
                .isInstanceOf(InapplicableCredentialException.class)
                .hasMessageStartingWith("username: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"canary\r\nX-Evil: 1", "canary\n", "\rcanary", "canary\u0000", "canary\t", "canary\u007f"})
    void a_control_character_is_refused_without_the_value_in_the_message(String value) {
        assertThatThrownBy(() -> apply(BEARER, object().put("api_key", value)))
                .isInstanceOf(InapplicableCredentialException.class)
                .hasMessageNotContaining("canary");
        assertThatThrownBy(() -> apply(BASIC, object().put("username", value)))
                .isInstanceOf(InapplicableCredentialException.class)
                .hasMessageNotContaining("canary");
        assertThatThrownBy(() -> apply(BASIC, object().put("username", "a").put("password", value)))
                .isInstanceOf(InapplicableCredentialException.class)
                .hasMessageNotContaining("canary");
    }

    @Test
    void to_string_does_not_reveal_the_credential() {
        OutgoingRequest sent = apply(BEARER, object().put("api_key", "canary"));

        assertThat(sent).hasToString("OutgoingRequest[GET https://api.example.org]");
        assertThat(sent.headers()).hasToString("[HttpField[Authorization: ***]]");
    }

    @Property
    void a_sent_header_is_printable(@ForAll String value) {
        String sent;
        try {
            sent = authorization(BEARER, object().put("api_key", value));
        } catch (InapplicableCredentialException refused) {
            assertThat(value.chars().allMatch(c -> c >= ' ' && c <= '~')).isFalse();
            return;
        }

        assertThat(sent).isEqualTo("Bearer " + value).matches("[ -~]*");
    }

    @Property
    void a_server_reads_the_same_user_name_and_password(
            @ForAll @CharRange(from = ' ', to = '~') String username,
            @ForAll @CharRange(from = '\u00a0', to = '\ud7ff') String password) {
        Assume.that(username.indexOf(':') < 0);

        String sent = authorization(BASIC, object().put("username", username).put("password", password));

        String pair = new String(Base64.getDecoder().decode(sent.substring("Basic ".length())), StandardCharsets.UTF_8);
        assertThat(pair.substring(0, pair.indexOf(':'))).isEqualTo(username);
        assertThat(pair.substring(pair.indexOf(':') + 1)).isEqualTo(password);
    }

    private static OutgoingRequest apply(Strategy strategy, ObjectNode credentials) {
        OutgoingRequest request = OutgoingRequest.of("GET", URI.create("https://api.example.org/v1/me?canary=1"));
        return StrategyApplier.apply(strategy, Credential.of(credentials), request, Instant.EPOCH);
    }

    private static String authorization(Strategy strategy, ObjectNode credentials) {
        return apply(strategy, credentials).header("Authorization").orElseThrow();
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
