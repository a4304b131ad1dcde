package dev.nexus.strategy;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Members of the request's body that hold fields of the credential.
 *
 * @param encoding the format of the body
 * @param additional at most 8 more
 */
record BodyFieldStrategy(CredentialParameter first, Encoding encoding, List<CredentialParameter> additional)
        implements Strategy {

    private static final String NAME = "field_name";
    private static final String ADDITIONAL = "additional_fields";

    /** The format of the body. */
    enum Encoding {
        /** A JSON object, application/json. */
        JSON,
        /** application/x-www-form-urlencoded. */
        FORM
    }

    BodyFieldStrategy {
        additional = List.copyOf(additional);
        StrategyProblems rules = new StrategyProblems();
        rules.parameter("/config", NAME, first);
        rules.parameters("/config/" + ADDITIONAL, NAME, additional);
        rules.enforce();
    }

    static Strategy read(ConfigReader config) {
        config.known(NAME, "credential_field", "encoding", ADDITIONAL);
        return new BodyFieldStrategy(
                config.parameter(NAME),
                config.constant(Encoding.class, "encoding", Encoding.JSON),
                config.parameters(ADDITIONAL, NAME));
    }

    @Override
    public String type() {
        return StrategyType.BODY_FIELD.wire();
    }

    @Override
    public Set<String> credentialFields() {
        return Strategy.fields(first.credentialField(), additional.stream().map(CredentialParameter::credentialField));
    }

    @Override
    public Set<String> secretFields() {
        return Set.of(first.credentialField());
    }

    @Override
    public void write(ConfigWriter config) {
        config.parameter(NAME, first).constant("encoding", encoding).parameters(ADDITIONAL, NAME, additional);
    }

    @Override
    public OutgoingRequest apply(Credential credential, OutgoingRequest request, Instant now) {
        return BodyMembers.apply(this, credential, request);
    }

    @Override
    public void check(CredentialCheck check) {
        check.member(first);
        additional.forEach(check::member);
    }
}
