package dev.nexus.gateway.apikey;

import dev.nexus.gateway.http.ErrorWriter;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Authenticates by the header X-API-Key. A request stays anonymous if the header is missing or repeated, or if its key
 * is malformed, unknown, revoked or expired. The policy of /v1/* in application.yaml refuses each anonymous request
 * with the same 401.
 */
@ApplicationScoped
class ApiKeyMechanism implements HttpAuthenticationMechanism {

    private static final String HEADER = "X-API-Key";

    private final ApiKeys keys;
    private final ErrorWriter errors;

    ApiKeyMechanism(ApiKeys keys, ErrorWriter errors) {
        this.keys = keys;
        this.errors = errors;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager identities) {
        List<String> presented = context.request().headers().getAll(HEADER);
        if (presented.size() != 1) {
            return Uni.createFrom().nullItem();
        }
        return Uni.createFrom()
                .item(keys.find(presented.get(0)).map(ApiKeyMechanism::identity).orElse(null));
    }

    private static SecurityIdentity identity(ApiKey key) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(key)
                .addRoles(key.scopes())
                .build();
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().item(new ChallengeData(401, "WWW-Authenticate", "ApiKey"));
    }

    @Override
    public Uni<Boolean> sendChallenge(RoutingContext context) {
        context.response().putHeader("WWW-Authenticate", "ApiKey");
        errors.write(context, ErrorWriter.unauthorized());
        return Uni.createFrom().item(true);
    }
}
