package dev.nexus.broker.capture;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.UUID;

/** The response to a capture. {@code toString} prints only the id, because the return URL may contain a secret. */
public record CapturedConnection(
        @JsonProperty("connection_id") UUID connectionId,
        @JsonProperty("status") String status,
        @JsonProperty("redirect_url") String redirectUrl) {

    static CapturedConnection of(PresentedConnection connection) {
        return new CapturedConnection(
                connection.id(), "success", ReturnRedirect.success(connection.returnUrl(), connection.id()));
    }

    @Override
    public String toString() {
        return "CapturedConnection[" + connectionId + "]";
    }
}
