package dev.nexus.broker.caller;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.runtime.ApiErrors;
import dev.nexus.runtime.ApiException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/**
 * A request that has passed all checks. {@code toString} omits the body, which may contain a credential.
 *
 * @param parameter the value of the path parameter; empty if the route has none
 * @param body the bytes as received; empty if {@link Endpoint#readsBody} returns false
 */
public record EndpointRequest(Caller caller, String parameter, Buffer body) {

    /**
     * Parses the body.
     *
     * @throws ApiException invalid_request if the body is not JSON of {@code type}
     */
    public <T> T json(ObjectMapper mapper, Class<T> type) {
        try {
            T value = mapper.readValue(body.getBytes(), type);
            if (value == null) {
                throw ApiErrors.unreadable();
            }
            return value;
        } catch (IOException malformed) {
            // Without the cause, because its message quotes the body.
            throw ApiErrors.unreadable();
        }
    }

    @Override
    public String toString() {
        return "EndpointRequest[" + caller.requestId() + "]";
    }
}
