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
 * From a state token to the connection that may still be captured: verifies the token, holds it against the caller's
 * tenant, reads the row and answers by its status. One invalid_state for everything that is not a state of this caller.
 */
@ApplicationScoped
class RedeemState {

    /** What a state may be refused for; invalid is everything that is not a state of this caller. */
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

    Uni<PresentedConnection> run(Caller caller, String state) {
        return find(caller, state)
                .map(PresentedConnection::redeemable)
                .onFailure(ApiException.class)
                .invoke(this::note);
    }

    /** The connection that the state names, whether or not it can still be redeemed. */
    Uni<PresentedConnection> inspect(Caller caller, String state) {
        return find(caller, state)
                .invoke(connection -> connection.refusal().ifPresent(this::note))
                .onFailure(ApiException.class)
                .invoke(this::note);
    }

    private Uni<PresentedConnection> find(Caller caller, String state) {
        return states.verify(state)
                .invoke(subject -> refuseAnotherTenant(caller, subject))
                .invoke(subject -> MDC.put(RequestLog.TENANT, subject.tenant()))
                .flatMap(connections::find)
                .map(found -> found.orElseThrow(PresentedConnection::unknown));
    }

    /** Counts {@code refused} where it is a state that was not taken: here, or by the claim, where another was faster. */
    void note(ApiException refused) {
        Optional.ofNullable(REASONS.get(refused.code())).map(this::rejections).ifPresent(Counter::increment);
    }

    private Counter rejections(String reason) {
        return Counter.builder("nexus.state.rejections")
                .description("States that were not taken, by reason")
                .tag("reason", reason)
                .register(meters);
    }

    private static void refuseAnotherTenant(Caller caller, StateSubject subject) {
        if (!caller.presentsState() && !caller.tenant().equals(subject.tenant())) {
            throw PresentedConnection.unknown();
        }
    }
}
