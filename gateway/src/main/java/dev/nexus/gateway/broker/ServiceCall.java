package dev.nexus.gateway.broker;

import dev.nexus.contracts.InternalHeaders;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The headers of a request to the Broker that identify the request and its caller. {@code toString} contains only the
 * request id.
 *
 * @param token the service token
 * @param requestId {@code [A-Za-z0-9._-]{1,64}}
 * @param clientAddress the IP address of the caller; empty for a request that the Gateway sends without a caller
 */
record ServiceCall(String token, String requestId, Optional<String> clientAddress) {

    /** Calls {@code add} with the name and the value of each header. */
    void addHeaders(BiConsumer<String, String> add) {
        add.accept(HttpHeaders.AUTHORIZATION, "Bearer " + token);
        add.accept(InternalHeaders.REQUEST_ID, requestId);
        clientAddress.ifPresent(address -> add.accept(InternalHeaders.CLIENT_ADDRESS, address));
    }

    @Override
    public String toString() {
        return "ServiceCall[" + requestId + "]";
    }
}
