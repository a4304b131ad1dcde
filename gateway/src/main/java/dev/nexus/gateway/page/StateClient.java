package dev.nexus.gateway.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.contracts.PresentedState;
import dev.nexus.contracts.StateReference;
import dev.nexus.gateway.broker.Broker;
import dev.nexus.gateway.broker.BrokerAnswer;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/** Calls the Broker for a browser, whose authority is its state. */
@ApplicationScoped
class StateClient {

    private final Broker broker;
    private final PresentedStates presentedStates;
    private final ObjectMapper json;

    StateClient(Broker broker, PresentedStates presentedStates, ObjectMapper json) {
        this.broker = broker;
        this.presentedStates = presentedStates;
        this.json = json;
    }

    /** The credential schema of a state that is good. */
    Uni<BrokerAnswer> schema(StateReference state) {
        return broker.presentState((api, call) -> api.captureSchema(call, state));
    }

    /** What {@code state} is about, whether or not it is still good; fails with invalid_state if it does not verify. */
    Uni<PresentedState> describe(String state) {
        StateReference reference = new StateReference(state);
        return broker.presentState((api, call) -> api.presentedState(call, reference))
                .map(this::presented);
    }

    /** As {@link #describe}, for a link whose page comes next. */
    Uni<PresentedState> describeForLink(String state) {
        return describe(state).invoke(presented -> presentedStates.putForPage(state, presented));
    }

    /** As {@link #describe}, for a page. A page that follows its link at once costs no call. */
    Uni<PresentedState> describeForPage(String state) {
        return presentedStates
                .forPage(state)
                .map(Uni.createFrom()::item)
                .orElseGet(() -> describe(state).invoke(presented -> presentedStates.putForForm(state, presented)));
    }

    /** As {@link #describe}, for a form that was sent. Costs no call if this replica served its page. */
    Uni<PresentedState> describeForForm(String state) {
        return presentedStates.forForm(state).map(Uni.createFrom()::item).orElseGet(() -> describe(state));
    }

    private PresentedState presented(BrokerAnswer answer) {
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

    /** Captures {@code credentials}, the body {@code {state, credentials}}. */
    Uni<Captured> capture(String state, byte[] credentials) {
        presentedStates.remove(state);
        return broker.presentStateAskingProvider((api, call) -> api.captureCredential(call, credentials))
                .map(this::captured);
    }

    /**
     * A connection that has become active. Does not print: a return URL may bear what proves the way back.
     *
     * @param redirectUrl the return URL with the outcome, as the Broker wrote it
     * @param body the Broker's JSON
     */
    record Captured(String redirectUrl, Buffer body) {

        @Override
        public String toString() {
            return "Captured[***]";
        }
    }

    private Captured captured(BrokerAnswer answer) {
        try {
            JsonNode url = json.readTree(answer.body().getBytes()).path("redirect_url");
            if (url.isTextual()) {
                return new Captured(url.textValue(), answer.body());
            }
        } catch (IOException malformed) {
            throw BrokerAnswer.unreadable("capture-credential");
        }
        throw BrokerAnswer.unreadable("capture-credential");
    }
}
