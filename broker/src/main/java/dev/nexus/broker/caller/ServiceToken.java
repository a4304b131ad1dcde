package dev.nexus.broker.caller;

import dev.nexus.contracts.InternalHeaders;
import io.smallrye.jwt.auth.principal.DefaultJWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.ParseException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;

/**
 * A verified service token. {@link #of} reads the claims once, because {@link #getClaim} converts them on each call and
 * creates an exception for each claim that the JWT standard does not define.
 */
final class ServiceToken extends DefaultJWTCallerPrincipal {

    private static final String SCOPES = "groups";

    private final String tenant;
    private final String keyId;
    private final Set<String> scopes;

    private ServiceToken(JwtClaims claims, String tenant, String keyId, List<String> scopes) {
        super(claims);
        this.tenant = tenant;
        this.keyId = keyId;
        this.scopes = Set.copyOf(scopes);
    }

    /**
     * Reads the claims of a token whose signature, issuer, audience and expiry are verified.
     *
     * @throws ParseException if the token has no key id or no claim {@code groups}. Also if a token with only the scope
     *     {@code state:present} has a tenant, or if any other token has no tenant or has this scope
     * @throws MalformedClaimException if a claim has the wrong type
     */
    static ServiceToken of(JwtClaims claims) throws MalformedClaimException, ParseException {
        List<String> scopes = claims.getStringListClaimValue(SCOPES);
        String tenant = claims.getStringClaimValue(InternalHeaders.CLAIM_TENANT);
        String keyId = claims.getStringClaimValue(InternalHeaders.CLAIM_KEY_ID);
        if (scopes != null && scopes.stream().anyMatch(Objects::isNull)) {
            throw new ParseException("a scope of the service token is null");
        }
        boolean presentsState = scopes != null && scopes.equals(List.of(InternalHeaders.SCOPE_STATE_PRESENT));
        boolean hasTenant = tenant != null
                && !tenant.isBlank()
                && scopes != null
                && !scopes.contains(InternalHeaders.SCOPE_STATE_PRESENT);
        if (keyId == null || keyId.isBlank() || scopes == null || !(presentsState ? tenant == null : hasTenant)) {
            throw new ParseException("the service token must have either a tenant or only the scope state:present");
        }
        return new ServiceToken(claims, tenant == null ? "" : tenant, keyId, scopes);
    }

    /** Returns the API key's tenant. Empty for a {@code state:present} token. */
    String tenant() {
        return tenant;
    }

    String keyId() {
        return keyId;
    }

    /** Returns the scopes. */
    @Override
    public Set<String> getGroups() {
        return scopes;
    }
}
