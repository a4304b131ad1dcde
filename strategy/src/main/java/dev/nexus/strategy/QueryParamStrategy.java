package dev.nexus.strategy;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Query parameters that hold fields of the credential. The values are percent-encoded (RFC 3986). These parameters
 * replace the request's parameters of the same names.
 *
 * @param additional at most 8 more
 * @param staticHeaders as in {@link HeaderStrategy}
 */
record QueryParamStrategy(
        CredentialParameter first, List<CredentialParameter> additional, Map<String, String> staticHeaders)
        implements Strategy {

    private static final String NAME = "param_name";
    private static final String ADDITIONAL = "additional_params";

    QueryParamStrategy {
        additional = List.copyOf(additional);
        staticHeaders = ConfigReader.ordered(staticHeaders);
        StrategyProblems rules = new StrategyProblems();
        rules.parameter("/config", NAME, first);
        rules.parameters("/config/" + ADDITIONAL, NAME, additional);
        rules.staticHeaders(staticHeaders);
        rules.enforce();
    }

    static Strategy read(ConfigReader config) {
        config.known(NAME, "credential_field", ADDITIONAL, "static_headers");
        return new QueryParamStrategy(
                config.parameter(NAME), config.parameters(ADDITIONAL, NAME), config.staticHeaders());
    }

    @Override
    public String type() {
        return StrategyType.QUERY_PARAM.wire();
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
        config.parameter(NAME, first).parameters(ADDITIONAL, NAME, additional).staticHeaders(staticHeaders);
    }

    @Override
    public OutgoingRequest apply(Credential credential, OutgoingRequest request, Instant now) {
        URI uri = request.uri();
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        query = set(query, first, credential);
        for (CredentialParameter parameter : additional) {
            query = set(query, parameter, credential);
        }
        return request.withPathAndQuery(uri.getRawPath(), query).withHeaders(staticHeaders);
    }

    private static String set(String pairs, CredentialParameter parameter, Credential credential) {
        return Percent.set(pairs, parameter.name(), credential.text(parameter.credentialField()));
    }

    @Override
    public void check(CredentialCheck check) {
        check.parameter(first);
        additional.forEach(check::parameter);
    }
}
