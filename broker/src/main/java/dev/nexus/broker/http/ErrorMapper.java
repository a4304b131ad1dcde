package dev.nexus.broker.http;

import dev.nexus.runtime.ApiException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Converts each exception of a resource to the error response of {@link ErrorWriter}. */
@Provider
class ErrorMapper implements ExceptionMapper<Throwable> {

    private final ErrorWriter errors;

    ErrorMapper(ErrorWriter errors) {
        this.errors = errors;
    }

    @Override
    public Response toResponse(Throwable failure) {
        ApiException error = errors.errorOf(failure);
        Response.ResponseBuilder response = Response.status(error.code().status())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(error.body());
        if (error.code().isTemporary()) {
            response.header(HttpHeaders.RETRY_AFTER, ErrorWriter.RETRY_AFTER);
        }
        return response.build();
    }
}
