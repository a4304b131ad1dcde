package dev.nexus.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Turns a strategy and a credential into the header fields of a request; the one place that knows how. */
public final class StrategyApplier {

    private StrategyApplier() {}

    /**
     * The header fields that carry the credential.
     *
     * @param credentials the captured object
     * @return in the order in which they are to be sent; each name once
     * @throws InapplicableCredentialException where a field that the strategy names is missing, is not a string or holds
     *     what a header cannot carry
     */
    public static List<SecretHeader> headers(Strategy strategy, JsonNode credentials) {
        if (strategy instanceof Strategy.Header header) {
            return List.of(header(header, credentials));
        }
        if (strategy instanceof Strategy.BasicAuth basic) {
            return List.of(basicAuth(basic, credentials));
        }
        throw new AssertionError("Strategy is sealed: " + strategy.type());
    }

    private static SecretHeader header(Strategy.Header strategy, JsonNode credentials) {
        String field = strategy.credentialField();
        String value = text(credentials, field);
        if (!HeaderText.isPrintable(value)) {
            throw new InapplicableCredentialException(field, "must be printable ASCII to be sent in a header");
        }
        return new SecretHeader(strategy.headerName(), strategy.valuePrefix() + value);
    }

    /** RFC 7617, section 2, with the charset UTF-8 of section 2.1. */
    private static SecretHeader basicAuth(Strategy.BasicAuth strategy, JsonNode credentials) {
        String username = text(credentials, strategy.usernameField());
        if (username.indexOf(':') >= 0) {
            throw new InapplicableCredentialException(strategy.usernameField(), "must not contain a colon (RFC 7617)");
        }
        // Providers that take the key as the user-id and no password leave the field out of their schema.
        String password = credentials.has(strategy.passwordField()) ? text(credentials, strategy.passwordField()) : "";
        requireNoControl(strategy.usernameField(), username);
        requireNoControl(strategy.passwordField(), password);
        byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
        return new SecretHeader("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    }

    private static String text(JsonNode credentials, String field) {
        JsonNode value = credentials.path(field);
        if (!value.isTextual()) {
            throw new InapplicableCredentialException(field, "must be a string");
        }
        return value.textValue();
    }

    private static void requireNoControl(String field, String value) {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new InapplicableCredentialException(field, "must not contain a control character (RFC 7617)");
        }
    }
}
