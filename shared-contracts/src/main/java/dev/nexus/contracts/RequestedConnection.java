package dev.nexus.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.UUID;

/**
 * The response to {@link ConnectionRequest}: a new connection and its state token.
 *
 * @param connectionId UUIDv7
 * @param state the signed state token, at most 2,048 characters; a secret, never printed
 */
public record RequestedConnection(
        @JsonProperty("connection_id") UUID connectionId,
        @JsonProperty("state") String state) {

    @Override
    public String toString() {
        return "RequestedConnection[connectionId=" + connectionId + ", state=***]";
    }
}
