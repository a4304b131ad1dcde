package dev.nexus.broker.caller;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** Authenticates each request by its bearer token (RFC 6750, 2.1). */
@ApplicationScoped
class ServiceTokens {

    private static final String SCHEME = "Bearer ";

    private final JWTParser parser;

    /** @param parser Quarkus's parser, which verifies a token with {@link ServiceTokenVerifier} */
    ServiceTokens(JWTParser parser) {
        this.parser = parser;
    }

    /**
     * Returns the verified token of a request.
     *
     * @throws ApiException unauthorized if the request has no valid token. The response then has the challenge of RFC
     *     6750, 3
     */
    ServiceToken authenticate(RoutingContext http) {
        String credentials = http.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (credentials != null && credentials.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            try {
                return (ServiceToken) parser.parse(credentials.substring(SCHEME.length()));
            } catch (ParseException refused) {
                // The response is the same as without a token, so that it does not show the reason.
            }
        }
        http.response().putHeader("WWW-Authenticate", "Bearer");
        throw new ApiException(ErrorCode.UNAUTHORIZED, "A valid service token of the Gateway is required");
    }
}
