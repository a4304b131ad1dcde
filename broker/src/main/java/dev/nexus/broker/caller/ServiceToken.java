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
 * A verified service token. {@link #of} reads the claims once, because the inherited {@link #getClaim} is slow. On each
 * call, {@code getClaim} converts the claim. For a claim that is not in the MicroProfile enum {@code Claims},
 * {@code getClaim} also throws an exception and catches it internally.
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
     * Reads the claims of a token whose signature, issuer, audience and expiry are verified. Two kinds of token are
     * valid. A state token has the scope {@code state:present}, no other scope and no tenant. Any other token has a
     * tenant, and does not have the scope {@code state:present}. A token without the claim {@code groups} has no scope.
     *
     * @throws ParseException if the token is of neither kind, if a scope is null, or if the claim {@code key_id} is
     *     missing or blank. This claim has the id of the API key, or {@code state} in a state token
     * @throws MalformedClaimException if a claim has the wrong type
     */
    static ServiceToken of(JwtClaims claims) throws MalformedClaimException, ParseException {
        List<String> scopes = claims.getStringListClaimValue(SCOPES);
        String tenant = claims.getStringClaimValue(InternalHeaders.CLAIM_TENANT);
        String keyId = claims.getStringClaimValue(InternalHeaders.CLAIM_KEY_ID);
        if (scopes.stream().anyMatch(Objects::isNull)) {
            throw new ParseException("a scope of the service token is null");
        }
        boolean presentsState = scopes.equals(List.of(InternalHeaders.SCOPE_STATE_PRESENT));
        boolean hasTenant =
                tenant != null && !tenant.isBlank() && !scopes.contains(InternalHeaders.SCOPE_STATE_PRESENT);
        if (keyId == null || keyId.isBlank() || !(presentsState ? tenant == null : hasTenant)) {
            throw new ParseException("the service token must have a key_id, and either a tenant without the scope"
                    + " state:present, or only this scope and no tenant");
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
