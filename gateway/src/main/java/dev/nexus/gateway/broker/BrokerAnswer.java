package dev.nexus.gateway.broker;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.vertx.core.buffer.Buffer;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * A successful answer of the Broker, its JSON unread: it may hold a credential, so it does not print.
 *
 * @param status 200, 201, 204 or 303
 * @param body the JSON in UTF-8; empty with 204
 * @param etag the entity tag, quoted, where there is one
 */
public record BrokerAnswer(int status, Buffer body, Optional<String> etag) {

    private static final Logger LOG = Logger.getLogger(BrokerAnswer.class);

    /** The failure of an answer that is not what the Broker's API says; logs that without quoting it. */
    public static ApiException unreadable(String verb) {
        LOG.errorf("The Broker's answer cannot be read: verb=%s", verb);
        return internal();
    }

    static ApiException internal() {
        return new ApiException(ErrorCode.INTERNAL, "The request failed; the log has the cause by its request id");
    }

    /** 200 with the Broker's JSON, and its ETag if it gave one. */
    public Response toOk() {
        return toResponse(200);
    }

    /** The Broker's status and JSON, and its ETag if it gave one. */
    public Response toResponse() {
        return toResponse(status);
    }

    private Response toResponse(int status) {
        Response.ResponseBuilder response =
                Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(body.getBytes());
        etag.ifPresent(tag -> response.header(HttpHeaders.ETAG, tag));
        return response.build();
    }

    @Override
    public String toString() {
        return "BrokerAnswer[" + status + "]";
    }
}
