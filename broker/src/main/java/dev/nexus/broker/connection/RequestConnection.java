package dev.nexus.broker.connection;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.state.StateTokens;
import dev.nexus.contracts.ConnectionRequest;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.RequestedConnection;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * Begins a connection: signs a state token for it. Then one SQL statement stores the pending connection and its audit
 * event.
 */
@ApplicationScoped
public class RequestConnection {

    private final StateTokens states;
    private final ConnectionStatements connections;

    RequestConnection(StateTokens states, ConnectionStatements connections) {
        this.states = states;
        this.connections = connections;
    }

    /**
     * Returns the id of the new connection and its state token. Fails with {@link ApiException} provider_not_found, or
     * unavailable if no state key can sign.
     */
    public Uni<RequestedConnection> run(Caller caller, ConnectionRequest request) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return states.issue(caller.tenant(), id, now)
                .flatMap(state -> connections
                        .begin(caller, id, request, now, state.expiresAt())
                        .map(begun -> {
                            if (!begun) {
                                throw new ApiException(
                                        ErrorCode.PROVIDER_NOT_FOUND,
                                        "provider_id: no provider has this id or slug."
                                                + " GET /v1/providers lists the providers");
                            }
                            return new RequestedConnection(id, state.token());
                        }));
    }
}
