package dev.nexus.strategy;

import java.util.function.IntPredicate;

/**
 * The way in which a provider wants its credential in a request. A strategy names fields of the credential, never their
 * values, so it is no secret. Every constructor refuses what could not be sent, with {@link InvalidStrategyException}.
 */
public sealed interface Strategy {

    /** The wire name in the member {@code type}. */
    String type();

    /**
     * One header that holds one field of the credential.
     *
     * @param headerName a token of RFC 9110, section 5.6.2, at most 128 characters
     * @param credentialField the credential's field, 1–128 characters
     * @param valuePrefix what precedes the field's value, for example {@code "Bearer "}; printable ASCII, at most 256
     *     characters, possibly empty
     */
    record Header(String headerName, String credentialField, String valuePrefix) implements Strategy {

        static final String TYPE = "header";

        public Header {
            if (!HeaderText.isToken(headerName) || headerName.length() > 128) {
                throw new InvalidStrategyException(
                        "/config/header_name", "must be a token of RFC 9110 of at most 128 characters");
            }
            requireFieldName("/config/credential_field", credentialField);
            if (!HeaderText.isPrintable(valuePrefix) || valuePrefix.length() > 256) {
                throw new InvalidStrategyException(
                        "/config/value_prefix", "must be printable ASCII of at most 256 characters");
            }
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * HTTP Basic authentication (RFC 7617) from two fields of the credential.
     *
     * @param usernameField the credential's field that holds the user-id, 1–128 characters
     * @param passwordField the credential's field that holds the password, 1–128 characters
     */
    record BasicAuth(String usernameField, String passwordField) implements Strategy {

        static final String TYPE = "basic_auth";

        public BasicAuth {
            requireFieldName("/config/username_field", usernameField);
            requireFieldName("/config/password_field", passwordField);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    private static void requireFieldName(String pointer, String name) {
        IntPredicate control = Character::isISOControl;
        if (name.isEmpty() || name.length() > 128 || name.chars().anyMatch(control)) {
            throw new InvalidStrategyException(pointer, "must be 1 to 128 characters without control characters");
        }
    }
}
