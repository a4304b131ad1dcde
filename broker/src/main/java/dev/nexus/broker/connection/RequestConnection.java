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
import java.util.Optional;
import java.util.UUID;

/**
 * Begins a connection: signs a state token for it. Then one SQL statement stores the pending connection and its audit
 * event. The same statement counts the pending connections if {@link PendingQuota} requires a count.
 */
@ApplicationScoped
public class RequestConnection {

    private final StateTokens states;
    private final BeginStatements statements;
    private final PendingQuota quota;

    RequestConnection(StateTokens states, BeginStatements statements, PendingQuota quota) {
        this.states = states;
        this.statements = statements;
        this.quota = quota;
    }

    /**
     * Returns the id of the new connection and its state token. Fails with {@link ApiException} provider_not_found or
     * quota_exceeded, or with unavailable if no state key can sign.
     */
    public Uni<RequestedConnection> run(Caller caller, ConnectionRequest request) {
        Optional<PendingQuota.Count> count = quota.take(caller.tenant());
        UUID id = UuidCreator.getTimeOrderedEpoch();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return states.issue(caller.tenant(), id, now)
                .flatMap(state -> begin(count, caller, id, request, now, state.expiresAt())
                        .map(providerFound -> {
                            if (!providerFound) {
                                throw new ApiException(
                                        ErrorCode.PROVIDER_NOT_FOUND,
                                        "provider_id: no provider has this id or slug."
                                                + " GET /v1/providers lists the providers");
                            }
                            return new RequestedConnection(id, state.token());
                        }));
    }

    private Uni<Boolean> begin(
            Optional<PendingQuota.Count> count,
            Caller caller,
            UUID id,
            ConnectionRequest request,
            Instant now,
            Instant expiresAt) {
        if (count.isEmpty()) {
            return statements.begin(caller, id, request, now, expiresAt);
        }
        return statements
                .countAndBegin(caller, id, request, now, expiresAt, quota.limit())
                .map(counted -> {
                    count.get().complete(counted.pending());
                    return counted.providerFound();
                });
    }
}
