package dev.nexus.gateway.broker;

import java.util.Optional;

/**
 * The caller of a request to the Broker, sent in the request's headers. {@code toString} contains only the request id.
 *
 * @param token the service token
 * @param requestId {@code [A-Za-z0-9._-]{1,64}}
 * @param clientAddress the IP address of the caller; empty for a request that the Gateway sends without a caller
 */
record ServiceCall(String token, String requestId, Optional<String> clientAddress) {

    @Override
    public String toString() {
        return "ServiceCall[" + requestId + "]";
    }
}
