package dev.nexus.broker.caller;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * A successful response. {@code toString} contains only the status, because the JSON may contain a credential.
 *
 * @param location the header Location; empty for none
 * @param json in UTF-8
 */
public record EndpointResponse(int status, Optional<String> location, Buffer json) {

    /** Returns a response with the status 200. */
    public static EndpointResponse ok(byte[] json) {
        return new EndpointResponse(200, Optional.empty(), Buffer.buffer(json));
    }

    /** Returns a response with the status 200. */
    public static EndpointResponse ok(ObjectWriter writer, Object value) {
        return ok(write(writer, value));
    }

    /** Returns a response with the status 303, and {@code location} unchanged. */
    public static EndpointResponse seeOther(String location, ObjectWriter writer, Object value) {
        return new EndpointResponse(303, Optional.of(location), Buffer.buffer(write(writer, value)));
    }

    private static byte[] write(ObjectWriter writer, Object value) {
        try {
            return writer.writeValueAsBytes(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a response consists of text, ids and times", impossible);
        }
    }

    @Override
    public String toString() {
        return "EndpointResponse[" + status + "]";
    }
}
