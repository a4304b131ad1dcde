package dev.nexus.gateway.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.UUID;

/**
 * What request-connection answers.
 *
 * @param authUrl holds the state, so it does not print
 */
record BegunConnection(
        @JsonProperty("connection_id") UUID connectionId,
        @JsonProperty("auth_url") String authUrl) {

    @Override
    public String toString() {
        return "BegunConnection[" + connectionId + "]";
    }
}
