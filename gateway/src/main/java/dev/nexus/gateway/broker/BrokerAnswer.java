package dev.nexus.gateway.broker;

import dev.nexus.runtime.ApiErrors;
import dev.nexus.runtime.ApiException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A successful response of the Broker. {@code toString} contains only the status, because the body may contain a
 * credential.
 *
 * @param <T> {@code byte[]} or {@code Buffer} for JSON in UTF-8 that is forwarded without parsing, otherwise the type
 *     of the JSON
 * @param status 200, 201 or 204
 * @param body null with 204
 * @param etag the entity tag, quoted; empty if the Broker sent none
 */
public record BrokerAnswer<T extends @Nullable Object>(int status, T body, Optional<String> etag) {

    private static final Logger LOG = Logger.getLogger(BrokerAnswer.class);

    static <T extends @Nullable Object> BrokerAnswer<T> of(RestResponse<T> response) {
        return new BrokerAnswer<>(
                response.getStatus(),
                response.getEntity(),
                Optional.ofNullable(response.getHeaderString(HttpHeaders.ETAG)));
    }

    /**
     * Logs that a response does not follow the Broker's API. Returns the error for the caller: 500 internal.
     *
     * @param reason for the log; must not quote the response
     */
    public static ApiException unreadable(String reason) {
        LOG.errorf("The Broker's response cannot be read: reason=\"%s\"", reason);
        return ApiErrors.internal();
    }

    /** 200 with the Broker's JSON, and with the ETag if the Broker sent one. */
    public RestResponse<T> toOk() {
        return toResponse(200);
    }

    /** The Broker's status and JSON, with the ETag if the Broker sent one. */
    public RestResponse<T> toResponse() {
        return toResponse(status);
    }

    private RestResponse<T> toResponse(int status) {
        ResponseBuilder<T> response = ResponseBuilder.<T>create(status).type(MediaType.APPLICATION_JSON_TYPE);
        etag.ifPresent(tag -> response.header(HttpHeaders.ETAG, tag));
        return response.entity(body).build();
    }

    @Override
    public String toString() {
        return "BrokerAnswer[" + status + "]";
    }
}
