package dev.nexus.broker.capture;

import dev.nexus.broker.caller.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Returns the credential schema for a state that can still be redeemed. The text is byte for byte the registered text.
 */
@ApplicationScoped
public class ShowCaptureSchema {

    private final RedeemState redeem;

    ShowCaptureSchema(RedeemState redeem) {
        this.redeem = redeem;
    }

    public Uni<String> run(Caller caller, String state) {
        return redeem.run(caller, state).map(PresentedConnection::schema);
    }
}
