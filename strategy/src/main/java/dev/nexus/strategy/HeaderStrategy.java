package dev.nexus.strategy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Headers that hold fields of the credential.
 *
 * @param first the required header
 * @param additional at most 8 more, each of another name
 * @param staticHeaders headers with fixed values, by name, in the given order; at most 16
 */
record HeaderStrategy(CredentialHeader first, List<CredentialHeader> additional, Map<String, String> staticHeaders)
        implements Strategy {

    HeaderStrategy {
        additional = List.copyOf(additional);
        staticHeaders = ConfigReader.ordered(staticHeaders);
        StrategyProblems rules = new StrategyProblems();
        rules.header("/config", first);
        rules.distinct("/config/header_name", first.headerName());
        rules.additionalHeaders(additional);
        rules.staticHeaders(staticHeaders);
        staticHeaders.keySet().forEach(name -> rules.distinct("/config/static_headers", name));
        rules.enforce();
    }

    /** Uses only one header. */
    HeaderStrategy(String headerName, String credentialField, String valuePrefix) {
        this(new CredentialHeader(headerName, credentialField, valuePrefix), List.of(), Map.of());
    }

    static Strategy read(ConfigReader config) {
        config.known("header_name", "credential_field", "value_prefix", "additional_headers", "static_headers");
        CredentialHeader first = new CredentialHeader(
                config.text("header_name", "Authorization"),
                config.text("credential_field", "api_key"),
                config.text("value_prefix", ""));
        return new HeaderStrategy(first, config.additionalHeaders(), config.staticHeaders());
    }

    @Override
    public String type() {
        return StrategyType.HEADER.wire();
    }

    @Override
    public Set<String> credentialFields() {
        return Strategy.fields(first.credentialField(), additional.stream().map(CredentialHeader::credentialField));
    }

    @Override
    public Set<String> secretFields() {
        return Set.of(first.credentialField());
    }

    @Override
    public void write(ConfigWriter config) {
        config.header(first).additionalHeaders(additional).staticHeaders(staticHeaders);
    }

    @Override
    public OutgoingRequest apply(Credential credential, OutgoingRequest request, Instant now) {
        OutgoingRequest sent = credential.putInto(request, List.of(first)).withHeaders(staticHeaders);
        return credential.putInto(sent, additional);
    }

    @Override
    public void check(CredentialCheck check) {
        check.header(first);
        additional.forEach(check::header);
    }
}
