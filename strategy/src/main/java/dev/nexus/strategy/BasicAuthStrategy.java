package dev.nexus.strategy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * HTTP Basic authentication (RFC 7617).
 *
 * @param username the user-id: one field of the credential, or a {@link Template}
 * @param password the password, in the same form; if it is one field and the credential does not have this field, the
 *     password is empty
 * @param staticHeaders as in {@link HeaderStrategy}
 */
record BasicAuthStrategy(Part username, Part password, Map<String, String> staticHeaders) implements Strategy {

    /** The user-id or the password. */
    sealed interface Part {

        /** The fields of the credential that this part uses. */
        Set<String> fields();

        /** A field of the credential, 1–128 characters. */
        record Field(String name) implements Part {

            @Override
            public Set<String> fields() {
                return Set.of(name);
            }
        }

        /** Text with fields of the credential in it. Without a field, it is a fixed value. */
        record Composed(Template template) implements Part {

            @Override
            public Set<String> fields() {
                return template.placeholders();
            }
        }
    }

    BasicAuthStrategy {
        staticHeaders = ConfigReader.ordered(staticHeaders);
        StrategyProblems rules = new StrategyProblems();
        checkName(rules, "/config/username_field", username);
        checkName(rules, "/config/password_field", password);
        if (username instanceof Part.Composed composed && composed.template().hasLiteral(":")) {
            rules.add("/config/username_template", "must not contain a colon, which ends the user name (RFC 7617)");
        }
        rules.staticHeaders(staticHeaders);
        rules.enforce();
    }

    /** Uses two fields of the credential, without static headers. */
    BasicAuthStrategy(String usernameField, String passwordField) {
        this(new Part.Field(usernameField), new Part.Field(passwordField), Map.of());
    }

    private static void checkName(StrategyProblems rules, String pointer, Part part) {
        if (part instanceof Part.Field field) {
            rules.fieldName(pointer, field.name());
        }
    }

    static Strategy read(ConfigReader config) {
        config.known("username_field", "password_field", "username_template", "password_template", "static_headers");
        return new BasicAuthStrategy(part(config, "username"), part(config, "password"), config.staticHeaders());
    }

    private static Part part(ConfigReader config, String half) {
        if (!config.has(half + "_template")) {
            return new Part.Field(config.text(half + "_field", half));
        }
        if (config.has(half + "_field")) {
            config.refuse(half + "_field", "must not be used together with " + half + "_template");
        }
        return new Part.Composed(config.template(half + "_template", ""));
    }

    @Override
    public String type() {
        return StrategyType.BASIC_AUTH.wire();
    }

    @Override
    public Set<String> credentialFields() {
        Set<String> fields = new LinkedHashSet<>(username.fields());
        // If a provider expects the key as the user-id and no password, its schema has no field for the password.
        if (password instanceof Part.Composed) {
            fields.addAll(password.fields());
        }
        return fields;
    }

    @Override
    public Set<String> secretFields() {
        return password.fields();
    }

    @Override
    public Set<String> optionalFields() {
        return password instanceof Part.Field field ? Set.of(field.name()) : Set.of();
    }

    @Override
    public Set<String> emptiableFields() {
        return optionalFields();
    }

    @Override
    public void write(ConfigWriter config) {
        write(config, "username", username);
        write(config, "password", password);
        config.staticHeaders(staticHeaders);
    }

    private static void write(ConfigWriter config, String half, Part part) {
        if (part instanceof Part.Composed composed) {
            config.text(half + "_template", composed.template().text());
        } else {
            config.text(half + "_field", ((Part.Field) part).name());
        }
    }

    /** RFC 7617, section 2, with the charset UTF-8 of section 2.1. */
    @Override
    public OutgoingRequest apply(Credential credential, OutgoingRequest request, Instant now) {
        String user = text(username, credential);
        requireNoColon(credential);
        String secret = password instanceof Part.Field field
                ? credential.textIfPresent(field.name()).orElse("")
                : text(password, credential);
        requireNoControl(username, credential);
        requireNoControl(password, credential);
        byte[] pair = (user + ":" + secret).getBytes(StandardCharsets.UTF_8);
        return request.withHeader(
                        "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair))
                .withHeaders(staticHeaders);
    }

    private static String text(Part part, Credential credential) {
        return part instanceof Part.Composed composed
                ? credential.fill(composed.template())
                : credential.text(((Part.Field) part).name());
    }

    private void requireNoColon(Credential credential) {
        for (String field : username.fields()) {
            if (credential.text(field).indexOf(':') >= 0) {
                throw new InapplicableCredentialException(field, CredentialRule.COLON);
            }
        }
    }

    private static void requireNoControl(Part part, Credential credential) {
        for (String field : part.fields()) {
            credential.textIfPresent(field).flatMap(Characters::control).ifPresent(rule -> {
                throw new InapplicableCredentialException(field, rule);
            });
        }
    }

    @Override
    public void check(CredentialCheck check) {
        check.part(username);
        check.part(password);
    }
}
