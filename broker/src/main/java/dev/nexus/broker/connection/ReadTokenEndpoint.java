package dev.nexus.broker.connection;

import dev.nexus.broker.caller.Endpoint;
import dev.nexus.broker.caller.EndpointRequest;
import dev.nexus.broker.caller.EndpointResponse;
import dev.nexus.broker.http.Outcomes.Verb;
import dev.nexus.contracts.TokenApi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Serves {@link TokenApi#readToken}. */
@ApplicationScoped
class ReadTokenEndpoint implements Endpoint {

    private final ReadToken readToken;

    ReadTokenEndpoint(ReadToken readToken) {
        this.readToken = readToken;
    }

    @Override
    public String route() {
        return "readToken";
    }

    @Override
    public Optional<Verb> outcome() {
        return Optional.of(Verb.READ_TOKEN);
    }

    @Override
    public Uni<EndpointResponse> serve(EndpointRequest request) {
        return readToken.run(request.caller(), request.parameter()).map(token -> EndpointResponse.ok(token.reveal()));
    }
}
