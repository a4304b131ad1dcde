package dev.nexus.broker.http;

import dev.nexus.broker.database.DatabaseErrors;
import dev.nexus.runtime.ApiException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Converts each exception of a resource to an error response. {@link ErrorWriter} does the same without a resource. */
@Provider
class ErrorMapper implements ExceptionMapper<Throwable> {

    private final DatabaseErrors database;

    ErrorMapper(DatabaseErrors database) {
        this.database = database;
    }

    @Override
    public Response toResponse(Throwable failure) {
        database.record(failure);
        ApiException answer = Failures.answer(failure);
        Response.ResponseBuilder response = Response.status(answer.code().status())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(answer.body());
        if (answer.code().isTemporary()) {
            response.header(HttpHeaders.RETRY_AFTER, ErrorWriter.RETRY_AFTER);
        }
        return response.build();
    }
}
