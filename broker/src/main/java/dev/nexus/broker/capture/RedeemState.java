package dev.nexus.broker.capture;

import dev.nexus.broker.state.StateTokens;
import dev.nexus.broker.state.StateTokens.StateSubject;
import dev.nexus.broker.web.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * From a state token to the connection that may still be captured: verifies the token, holds it against the caller's
 * tenant, reads the row and answers by its status. One invalid_state for everything that is not a state of this caller.
 */
@ApplicationScoped
class RedeemState {

    private final StateTokens states;
    private final CaptureRepository connections;

    RedeemState(StateTokens states, CaptureRepository connections) {
        this.states = states;
        this.connections = connections;
    }

    Uni<PresentedConnection> run(Caller caller, String state) {
        return states.verify(state)
                .invoke(subject -> refuseAnotherTenant(caller, subject))
                .flatMap(connections::find)
                .map(found -> found.orElseThrow(PresentedConnection::unknown).redeemable());
    }

    private static void refuseAnotherTenant(Caller caller, StateSubject subject) {
        if (!caller.presentsState() && !caller.tenant().equals(subject.tenant())) {
            throw PresentedConnection.unknown();
        }
    }
}
