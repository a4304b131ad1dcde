package dev.nexus.gateway.page;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.contracts.PresentedState;
import dev.nexus.contracts.StateReference;
import dev.nexus.gateway.broker.Broker;
import dev.nexus.gateway.broker.BrokerAnswer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/** Asks the Broker what a state is about. */
@ApplicationScoped
class PresentedStates {

    private final Broker broker;
    private final ObjectMapper json;

    PresentedStates(Broker broker, ObjectMapper json) {
        this.broker = broker;
        this.json = json;
    }

    /** What {@code state} is about, whether or not it is still good; fails with invalid_state where it does not verify. */
    Uni<PresentedState> describe(String state) {
        StateReference reference = new StateReference(state);
        return broker.presentState((api, call) -> api.presentedState(call, reference))
                .map(this::read);
    }

    private PresentedState read(BrokerAnswer answer) {
        try {
            PresentedState presented = json.readValue(answer.body().getBytes(), PresentedState.class);
            if (presented.connectionId() != null
                    && presented.tenant() != null
                    && presented.providerName() != null
                    && presented.credentialSchema() != null
                    && presented.redirectUrl() != null) {
                return presented;
            }
        } catch (IOException malformed) {
            throw BrokerAnswer.unreadable("presented-state");
        }
        throw BrokerAnswer.unreadable("presented-state");
    }
}
