package dev.nexus.broker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.capture.PresentedConnection.Details;
import dev.nexus.broker.connection.ConnectionStatus;
import dev.nexus.broker.provider.definition.PageHints;
import dev.nexus.broker.provider.definition.StoredVersion;
import dev.nexus.contracts.PresentedField;
import dev.nexus.strategy.StrategyJson;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class FieldPresentationTest {

    private static final String HMAC = "{\"type\": \"hmac_payload\", \"config\": {\"header_name\": \"X-Signature\","
            + " \"secret_field\": \"api_secret\", \"canonical_template\": \"{body}\"}}";

    private static Map<String, PresentedField> fields(String strategy, String properties) {
        PresentedConnection connection = new PresentedConnection(
                "acme",
                UUID.randomUUID(),
                "w",
                "l",
                new StoredVersion(UUID.randomUUID(), 1, strategy, null, null, null),
                "https://your-app.com/callback",
                new Details(
                        "Example",
                        "{\"type\": \"object\", \"properties\": {" + properties + "}}",
                        null,
                        null,
                        false,
                        null,
                        60),
                ConnectionStatus.PENDING);
        return new FieldPresentation(PageHints.NONE, connection, StrategyJson.parse(strategy)).fields();
    }

    private static List<String> secrets(String strategy, String properties) {
        return named(fields(strategy, properties), PresentedField::secret);
    }

    private static List<String> named(Map<String, PresentedField> fields, Predicate<PresentedField> condition) {
        return fields.entrySet().stream()
                .filter(field -> condition.test(field.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    @Test
    void the_strategys_secret_is_secret_even_if_only_another_property_is_marked() {
        assertThat(secrets(HMAC, """
                        "api_key": {"type": "string"}, "api_secret": {"type": "string"},
                        "passphrase": {"type": "string", "format": "password"}
                        """)).containsExactly("api_secret");
        assertThat(secrets(HMAC, """
                        "api_secret": {"type": "string"}, "passphrase": {"type": "string", "writeOnly": true}
                        """)).containsExactly("api_secret");
    }

    @Test
    void a_secret_of_the_strategy_that_the_schema_marks_is_not_added_again() {
        assertThat(secrets(HMAC, """
                        "api_key": {"type": "string"}, "api_secret": {"type": "string", "format": "password"}
                        """)).isEmpty();
    }

    @Test
    void only_the_password_of_basic_authentication_may_be_empty() {
        String properties = """
                "username": {"type": "string"}, "password": {"type": "string", "format": "password"}
                """;

        assertThat(named(fields("{\"type\": \"basic_auth\"}", properties), PresentedField::mayBeEmpty))
                .containsExactly("password");
        assertThat(named(
                        fields("{\"type\": \"header\", \"config\": {\"credential_field\": \"password\"}}", properties),
                        PresentedField::mayBeEmpty))
                .isEmpty();
    }
}
