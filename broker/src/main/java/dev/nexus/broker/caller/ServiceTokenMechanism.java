package dev.nexus.broker.caller;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.contracts.ErrorBody;
import dev.nexus.contracts.ErrorCode;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.smallrye.jwt.runtime.auth.JWTAuthMechanism;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.util.Set;

/** Quarkus's bearer authentication, with the error body of the Broker. */
@Alternative
@Priority(1)
@ApplicationScoped
class ServiceTokenMechanism implements HttpAuthenticationMechanism {

    private final JWTAuthMechanism bearer;
    private final String body;

    ServiceTokenMechanism(JWTAuthMechanism bearer, ObjectMapper json) throws JsonProcessingException {
        this.bearer = bearer;
        this.body = json.writeValueAsString(
                ErrorBody.of(ErrorCode.UNAUTHORIZED, "A valid service token of the Gateway is required"));
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager identities) {
        // The delegate registers itself as the sender of the challenge. This class must send it, because it adds the
        // body.
        return bearer.authenticate(context, identities)
                .onTermination()
                .invoke(() -> context.put(HttpAuthenticationMechanism.class.getName(), this));
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return bearer.getChallenge(context);
    }

    @Override
    public Uni<Boolean> sendChallenge(RoutingContext context) {
        context.response()
                .setStatusCode(ErrorCode.UNAUTHORIZED.status())
                .putHeader("WWW-Authenticate", "Bearer")
                .putHeader("Content-Type", "application/json")
                .end(body);
        return Uni.createFrom().item(true);
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return bearer.getCredentialTypes();
    }
}
