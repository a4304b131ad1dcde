package dev.nexus.gateway.api;

import dev.nexus.gateway.broker.BrokerAnswer;
import dev.nexus.gateway.http.ErrorWriter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;

/**
 * Writes the Broker's answers for routes that have no resource of Jakarta REST. Does nothing if the caller has
 * disconnected or the response has already been sent. Call the methods on the context of the request.
 */
@ApplicationScoped
class ForwardedAnswers {

    private final ErrorWriter errors;

    ForwardedAnswers(ErrorWriter errors) {
        this.errors = errors;
    }

    /** Writes 200 with the Broker's JSON, and with the ETag if the Broker sent one. */
    void write(RoutingContext request, BrokerAnswer<Buffer> answer) {
        HttpServerResponse response = request.response();
        if (isOpen(response)) {
            answer.etag().ifPresent(tag -> response.putHeader(HttpHeaders.ETAG, tag));
            write(request, MediaType.APPLICATION_JSON, answer.body());
        }
    }

    /** Writes 200 with {@code json} and the header Content-Type {@code contentType}. */
    void write(RoutingContext request, String contentType, Buffer json) {
        HttpServerResponse response = request.response();
        if (isOpen(response)) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, contentType).end(json);
        }
    }

    /** Writes the error for {@code failure}. */
    void fail(RoutingContext request, Throwable failure) {
        if (isOpen(request.response())) {
            errors.write(request, errors.errorOf(failure));
        }
    }

    private static boolean isOpen(HttpServerResponse response) {
        return !response.closed() && !response.ended();
    }
}
