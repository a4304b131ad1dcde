package dev.nexus.gateway.broker;

import java.util.Optional;

/**
 * On whose behalf a request to the Broker is made: what the request's headers say. Prints only the request id.
 *
 * @param token the service token
 * @param requestId {@code [A-Za-z0-9._-]{1,64}}
 * @param clientAddress where the caller's request came from; empty for a request that the Gateway makes of its own accord
 */
record ServiceCall(String token, String requestId, Optional<String> clientAddress) {

    @Override
    public String toString() {
        return "ServiceCall[" + requestId + "]";
    }
}
