package dev.nexus.contracts;

import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.core.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** The headers of every internal call. A class with public fields because JAX-RS bean parameters are filled in so. */
public class ServiceCall {

    /** {@code Bearer} and the service token. */
    @HeaderParam(HttpHeaders.AUTHORIZATION)
    public @Nullable String authorization;

    /** The request's id, {@code [A-Za-z0-9._-]{1,64}}. */
    @HeaderParam(InternalHeaders.REQUEST_ID)
    public @Nullable String requestId;

    /** The address that the request came from; absent for a call that the Gateway makes of its own accord. */
    @HeaderParam(InternalHeaders.CLIENT_ADDRESS)
    public @Nullable String clientAddress;

    public static ServiceCall of(String serviceToken, String requestId) {
        ServiceCall call = new ServiceCall();
        call.authorization = "Bearer " + serviceToken;
        call.requestId = requestId;
        return call;
    }

    /** Adds the address that the request came from. */
    public ServiceCall from(String address) {
        clientAddress = address;
        return this;
    }

    @Override
    public String toString() {
        return "ServiceCall[" + requestId + "]";
    }
}
