package dev.nexus.gateway.http;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Converts each exception of a resource to a response with {@link ErrorWriter}. */
@Provider
class ErrorMapper implements ExceptionMapper<Throwable> {

    private final ErrorWriter errors;
    private final RoutingContext request;

    ErrorMapper(ErrorWriter errors, RoutingContext request) {
        this.errors = errors;
        this.request = request;
    }

    @Override
    public Response toResponse(Throwable failure) {
        return errors.response(request, errors.errorOf(failure));
    }
}
