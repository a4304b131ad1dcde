package dev.nexus.gateway.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.UUID;

/**
 * The response of request-connection. {@code toString} contains only the id.
 *
 * @param authUrl contains the state, which is secret
 */
record BegunConnection(
        @JsonProperty("connection_id") UUID connectionId,
        @JsonProperty("auth_url") String authUrl) {

    @Override
    public String toString() {
        return "BegunConnection[" + connectionId + "]";
    }
}
