package dev.nexus.broker.capture;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.RequestLog;
import dev.nexus.broker.state.StateTokens;
import dev.nexus.broker.state.StateTokens.StateSubject;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.MDC;

/**
 * Checks a state token, and returns its connection. If the caller has a tenant, the state must have the same tenant.
 * For a token that is not a state of this caller, the error is invalid_state, which does not show the reason.
 */
@ApplicationScoped
class RedeemState {

    /** The reasons of the metric. {@code invalid} stands for each token that is not a state of this caller. */
    private static final Map<ErrorCode, String> REASONS = Map.of(
            ErrorCode.INVALID_STATE, "invalid",
            ErrorCode.STATE_USED, "used",
            ErrorCode.STATE_EXPIRED, "expired",
            ErrorCode.CONNECTION_NOT_ACTIVE, "revoked");

    private final StateTokens states;
    private final CaptureStatements connections;
    private final MeterRegistry meters;

    RedeemState(StateTokens states, CaptureStatements connections, MeterRegistry meters) {
        this.states = states;
        this.connections = connections;
        this.meters = meters;
        REASONS.values().forEach(this::rejections);
    }

    /**
     * Returns the connection of the state. Fails with {@link ApiException} invalid_state if the token is not a state of
     * this caller. Fails with the error for the connection's status if the state can no longer be redeemed.
     */
    Uni<PresentedConnection> run(Caller caller, String state) {
        return find(caller, state)
                .map(PresentedConnection::requireRedeemable)
                .onFailure(ApiException.class)
                .invoke(this::countRefusedState);
    }

    /**
     * Returns the connection of the state, even if the state can no longer be redeemed. Fails with {@link ApiException}
     * invalid_state if the token is not a state of this caller.
     */
    Uni<PresentedConnection> inspect(Caller caller, String state) {
        return find(caller, state)
                .invoke(connection -> connection.refusal().ifPresent(this::countRefusedState))
                .onFailure(ApiException.class)
                .invoke(this::countRefusedState);
    }

    private Uni<PresentedConnection> find(Caller caller, String state) {
        return states.verify(state)
                .invoke(subject -> refuseAnotherTenant(caller, subject))
                .invoke(subject -> MDC.put(RequestLog.TENANT, subject.tenant()))
                .flatMap(connections::find)
                .map(found -> found.orElseThrow(PresentedConnection::unknown));
    }

    /**
     * Counts {@code refused} if its code means that the state is refused. {@link CaptureCredential} also calls this
     * method, because its last step refuses the state if the connection is no longer pending, for example because
     * another capture was first.
     */
    void countRefusedState(ApiException refused) {
        Optional.ofNullable(REASONS.get(refused.code())).map(this::rejections).ifPresent(Counter::increment);
    }

    private Counter rejections(String reason) {
        return Counter.builder("nexus.state.rejections")
                .description("Rejected states, by reason")
                .tag("reason", reason)
                .register(meters);
    }

    private static void refuseAnotherTenant(Caller caller, StateSubject subject) {
        if (!caller.presentsState() && !caller.tenant().equals(subject.tenant())) {
            throw PresentedConnection.unknown();
        }
    }
}
